"""The chat page; the only module that knows Gradio."""

import re
from collections.abc import Iterator

import gradio as gr
from fastapi import FastAPI

from assistant.engine import Engine
from assistant.links import link_to
from assistant.texts import say
from assistant.types import Answer, Question

EXAMPLES = [
    "Qui développe la GPECT, la Région ou les intercommunalités ?",
    "6 salariés à Pont-à-Mousson : qui m'aide à recruter ?",
    "Les quatre étapes du Parcours de Transformation ?",
]
AT_ONCE = 8
STYLE = "[data-testid=user] { scroll-margin-top: 3rem; } @media (max-width: 40rem) { .main.fillable.app { padding: .5rem !important; } }"
TO_LAST_QUESTION = "() => [...document.querySelectorAll('[data-testid=user]')].at(-1)?.scrollIntoView({block: 'start'})"
PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
Message = dict[str, str]
Shown = tuple[str, list[Message], list[str]]


def mount(app: FastAPI, engine: Engine) -> FastAPI:
    """The application with the chat page at its root."""

    def ask(question: str, messages: list[Message], turns: list[str]) -> Iterator[Shown]:
        asked = [*messages, {"role": "user", "content": as_typed(question)}]
        yield "", asked, turns
        answer = engine.answer(Question(question=question, history=turns))
        yield "", [*asked, {"role": "assistant", "content": shown(answer)}], [*turns, question]

    with gr.Blocks(title="Pactes économiques du Grand Est", analytics_enabled=False) as blocks:
        gr.Markdown(f"# Pactes économiques du Grand Est\n\n{say('greeting', 'fr')}")
        messages = gr.Chatbot(
            show_label=False, label="Conversation", height="65vh", layout="bubble", autoscroll=False, latex_delimiters=[], buttons=["copy"],
            placeholder="Posez une question : la réponse cite le passage exact.",
        )  # fmt: skip
        with gr.Row(equal_height=True):
            box = gr.Textbox(
                label="Votre question", show_label=False, placeholder="Votre question, en français, en anglais ou en allemand",
                lines=1, max_lines=6, scale=5, min_width=260, autofocus=True,
            )  # fmt: skip
            button = gr.Button("Demander", variant="primary", scale=1, min_width=120)
        gr.Examples([[text] for text in EXAMPLES], box, label="Par exemple", api_visibility="private")
        turns = gr.State([])
        messages.clear(list, None, turns, api_visibility="private")
        asking = gr.on(
            [box.submit, button.click], ask, [box, messages, turns], [box, messages, turns],
            concurrency_limit=AT_ONCE, show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        asking.then(None, None, None, js=TO_LAST_QUESTION, api_visibility="private")
    theme = gr.themes.Default(primary_hue="blue").set(button_primary_background_fill="*primary_700")
    mounted: FastAPI = gr.mount_gradio_app(
        app, blocks, path="/", footer_links=[], show_error=False, ssr_mode=False, theme=theme, css=STYLE
    )
    return mounted


def as_typed(question: str) -> str:
    """A question as Markdown that shows it letter for letter: no tag, link or picture in it comes alive."""
    return PUNCTUATION.sub(lambda sign: f"&#{ord(sign[0])};", question)


def shown(answer: Answer) -> str:
    """An answer as Markdown: each marker a link to its passage, the sources below."""
    text = answer.text
    for cited in answer.citations:
        text = text.replace(f"[{cited.marker}]", f"[\\[{cited.marker}\\]]({link_to(cited.provision_id)})")
    sources = "\n".join(f"{c.marker}. [{c.label}]({link_to(c.provision_id)})" for c in answer.citations)
    back = f"**{answer.next_question.text}**" if answer.next_question and answer.next_question.text not in text else ""
    parts = [text, back, sources, "\n\n".join(f"*{notice}*" for notice in answer.notices)]
    return "\n\n".join(part for part in parts if part)
