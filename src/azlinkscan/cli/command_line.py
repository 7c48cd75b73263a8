"""What the parser of the command line complains of, as an error of ours: in both languages, with the nearest name.

The parser is click, which Typer brings along in a copy of its own in some versions: its exceptions are told apart
by their names and attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azlinkscan.errors import Place, UsageError
from azlinkscan.model.nearest import nearest
from azlinkscan.model.text import Text

_QUOTED = re.compile(r"'([^']*)'")
_IN_BRACKETS = re.compile(r"\(([^)]*)\)\.?$")


def told(problem: Any) -> UsageError:
    """The same problem, said by us."""
    context = getattr(problem, "ctx", None)
    command = context.command_path if context else "azlinkscan"
    see = f"`{command} --help`"
    name = type(problem).__name__
    said: str = problem.message if name == "NoSuchOption" else problem.format_message()
    if name == "NoSuchOption":
        option = problem.option_name
        return UsageError(
            Text(en=f"there is no option '{option}'", ja=f"オプション「{option}」は存在しない"),
            hint=_either(nearest(option, _options(context)), see),
            place=Place(command),
        )
    if said.startswith("No such command"):
        word = _first(_QUOTED, said)
        return UsageError(
            Text(en=f"there is no command '{word}'", ja=f"コマンド「{word}」は存在しない"),
            hint=_either(nearest(word, getattr(getattr(context, "command", None), "commands", ())), see),
            place=Place(command),
        )
    if name == "MissingParameter":
        missing = _called(problem.param)
        return UsageError(
            Text(en=f"{missing} is missing", ja=f"{missing} の指定がない"),
            hint=Text(en=f"add it; see {see}", ja=f"指定を加える。{see} を参照"),
            place=Place(command),
        )
    if name == "BadOptionUsage":
        if "requires" in said:
            title = Text(en="the value is missing", ja="値がない")
            hint = Text(en="write it behind the option", ja="オプションの後に値を書く")
        else:
            title = Text(en="this option takes no value", ja="値をとらないオプションである")
            hint = Text(en="drop the value", ja="値を削除する")
        return UsageError(title, hint=hint, place=Place(problem.option_name))
    if "unexpected extra argument" in said:
        words = _first(_IN_BRACKETS, said)
        return UsageError(
            Text(en=f"too many words: {words}", ja=f"余分な語がある：{words}"),
            hint=Text(en=f"drop them; see {see}", ja=f"削除する。{see} を参照"),
            place=Place(command),
        )
    return UsageError(
        Text(en=said, ja=f"コマンドの指定に誤りがある（{said}）"),
        hint=Text(en=f"see {see}", ja=f"{see} を参照"),
        place=Place(command),
    )


def _either(hint: Text, see: str) -> Text:
    return Text(en=f"{hint.en} (see {see})", ja=f"{hint.ja}（{see} を参照）")


def _options(context: Any) -> Iterator[str]:
    for param in context.command.get_params(context):
        yield from (option for option in param.opts if option.startswith("--"))


def _called(param: Any) -> str:
    if param.param_type_name == "argument":
        return str(param.metavar or param.human_readable_name)
    return " / ".join(param.opts)


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match.group(1) if match else text
