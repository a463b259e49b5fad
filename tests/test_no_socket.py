"""Building, asking and serving reach no other machine, even with every tracing switched on in the environment."""

import subprocess
import sys
import urllib.request
from pathlib import Path

from conftest import MakeCorpus
from processes import command, guarded, server

TEXTS = {"serre": "# Pacte de Serre\n\n## Axe 1 : Former\n\nLa région finance le campus de Montfaucon.\n"}


def test_the_guard_forbids_and_writes_down_a_contact(tmp_path: Path) -> None:
    contacts = tmp_path / "contacts"
    for call in ("socket.create_connection(('192.0.2.1', 80), 1)", "socket.getaddrinfo('a.invalid', 443)"):
        tried = subprocess.run([sys.executable, "-c", f"import socket; {call}"], env=guarded(contacts), capture_output=True, check=False)
        assert b"forbidden here" in tried.stderr
    assert "192.0.2.1" in contacts.read_text() and "a.invalid" in contacts.read_text()


def test_building_asking_and_serving_reach_no_other_machine(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    contacts = tmp_path / "contacts"
    where = ("--corpus", make_corpus(TEXTS), "--index", tmp_path / "index")
    built = command("ingest", "build", *where, contacts=contacts)
    assert built.returncode == 0, built.stderr
    asked = command("assistant", "ask", "Qui finance le campus ?", "--json", *where, contacts=contacts)
    assert asked.returncode == 0, asked.stderr
    with server(*where, contacts=contacts) as address:
        assert b"Pactes" in urllib.request.urlopen(f"{address}/").read()
        assert "Montfaucon" in urllib.request.urlopen(f"{address}/texte/serre").read().decode()
    assert not contacts.exists(), contacts.read_text()
