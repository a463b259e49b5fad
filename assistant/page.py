"""The chat page; the only module that knows Gradio."""

import gradio as gr
from fastapi import FastAPI

from assistant.engine import Engine
from assistant.texts import say
from assistant.types import Answer, Citation, Question

EXAMPLES = [
    "Qui développe la GPECT, la Région ou les intercommunalités ?",
    "J'ai 6 salariés à Pont-à-Mousson, qui peut m'aider à recruter ?",
    "Quelles sont les quatre étapes du Parcours de Transformation ?",
]


def mount(app: FastAPI, engine: Engine) -> FastAPI:
    """The application with the chat page at its root."""

    def reply(message: str, history: list[dict[str, object]]) -> str:
        return shown(engine.answer(Question(question=message, history=earlier_turns(history))))

    with gr.Blocks(title="Pactes du Grand Est", analytics_enabled=False) as blocks:
        gr.Markdown(f"# Pactes économiques du Grand Est\n\n{say('greeting', 'fr')}")
        gr.ChatInterface(reply, examples=[[text] for text in EXAMPLES], cache_examples=False, api_name="ask", flagging_mode="never")
    mounted: FastAPI = gr.mount_gradio_app(app, blocks, path="/", footer_links=[], show_error=False, ssr_mode=False)
    return mounted


def earlier_turns(history: list[dict[str, object]]) -> list[str]:
    """The earlier user turns of a conversation, oldest first."""
    turns = []
    for message in history:
        if message.get("role") == "user":
            content = message.get("content")
            parts = content if isinstance(content, list) else [content]
            turns.append(" ".join(str(p.get("text", "")) if isinstance(p, dict) else str(p) for p in parts))
    return turns


def shown(answer: Answer) -> str:
    """An answer as Markdown: each marker a link to its passage, the sources below."""
    text = answer.text
    for cited in answer.citations:
        text = text.replace(f"[{cited.marker}]", f"[\\[{cited.marker}\\]]({address(cited)})")
    sources = "\n".join(f"{c.marker}. [{c.label}]({address(c)})" for c in answer.citations)
    parts = [text, sources, "\n\n".join(f"*{notice}*" for notice in answer.notices)]
    return "\n\n".join(part for part in parts if part)


def address(cited: Citation) -> str:
    """Where the cited passage can be read."""
    return f"/texte/{cited.document_id}#{cited.provision_id.split('/', 1)[1]}"
