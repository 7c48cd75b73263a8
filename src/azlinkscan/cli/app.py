"""The commands joined, and how a run ends."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from azlinkscan import __version__
from azlinkscan.cli import language, places, screen
from azlinkscan.cli.language import tr
from azlinkscan.errors import CannotRunError, Place, UserError
from azlinkscan.model.text import Text

# Typer brings its own copy of click in some versions and uses the installed one in others: the class that all
# problems with a command line derive from is found through one that Typer exports.
_UsageProblem: type[Exception] = typer.BadParameter.__mro__[2]

_EPILOG = tr(
    en="First steps: `azlinkscan scan --plan` shows what would be read, `azlinkscan scan` reads and judges it.",
    ja="はじめに：`azlinkscan scan --plan` で読み取る内容を確認し、`azlinkscan scan` で走査する。",
)

app = typer.Typer(
    name="azlinkscan",
    help=tr(
        en="Judges an Azure subscription's real configuration against the criteria that Japanese cities set for "
        "supplying personal information online. What could not be read is never a pass.",
        ja="Azure の実際の設定を、個人情報オンライン結合基準に照らして判定する。読み取れなかったものは、適合としない。",
    ),
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        print(f"azlinkscan {__version__}")
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help=tr(en="Show the version.", ja="版を表示する。"),
        ),
    ] = False,
) -> None:
    """What stands before every command."""


def _commands() -> None:
    from azlinkscan.cli import (
        catalog_commands,
        decision_commands,
        diff_command,
        doctor_command,
        evidence_commands,
        explain_command,
        history_commands,
        permissions_command,
        sas_commands,
        scan_commands,
        trend_command,
    )

    scan_commands.add(app)
    diff_command.add(app)
    history_commands.add(app)
    trend_command.add(app)
    explain_command.add(app)
    catalog_commands.add(app)
    permissions_command.add(app)
    doctor_command.add(app)
    sas_commands.add(app)
    decision_commands.add(app)
    evidence_commands.add(app)


_commands()


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; whatever goes wrong is told with its next step."""
    from azlinkscan.scan.exit_code import Exit

    language.use(language.chosen(arguments, os.environ))
    try:
        code = app(list(arguments), prog_name="azlinkscan", standalone_mode=False)
        if code == Exit.INTERRUPTED and not isinstance(code, Exit):
            raise KeyboardInterrupt  # a bare 130 is what typer makes of Ctrl-C, and says nothing
        return int(code) if isinstance(code, int) else Exit.OK
    except UserError as error:
        screen.say_error(error)
        return Exit.COULD_NOT_RUN if isinstance(error, CannotRunError) else Exit.USAGE
    except _UsageProblem as error:
        _say_usage(error)
        return Exit.USAGE
    except (typer.Abort, KeyboardInterrupt):
        screen.line(tr(en="interrupted", ja="中断された"))
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away; what is left in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except OSError as error:
        from azlinkscan.model.os_error import is_known

        _say_machine(error) if is_known(error) else _say_bug(error)
        return Exit.COULD_NOT_RUN
    except Exception as error:  # noqa: BLE001 - the last stop: a fault of ours is told as one, with a way to report it
        _say_bug(error)
        return Exit.COULD_NOT_RUN


def _say_usage(error: Any) -> None:
    from azlinkscan.cli.command_line import told

    if type(error).__name__ == "NoArgsIsHelpError":
        error.show(sys.stdout)
        return
    screen.say_error(told(error))


def _say_machine(error: OSError) -> None:
    from azlinkscan.model.os_error import because

    why, file = because(error), str(error.filename) if error.filename else None
    screen.say_error(
        CannotRunError(
            Text(en=f"the machine refuses: {why.en}", ja=f"このマシンでは続けられない：{why.ja}"),
            hint=Text(
                en="make room or give the right, and run it again",
                ja="空き容量又は権限を確保して、再度実行する",
            ),
            place=Place(file) if file else None,
        )
    )


def _say_bug(error: Exception) -> None:
    from azlinkscan.snapshot.archive import private_folder

    log = places.state() / "faults" / f"{os.getpid()}.log"
    kind = type(error).__name__
    screen.line(tr(en=f"error: a fault in azlinkscan ({kind})", ja=f"エラー: azlinkscan の不具合（{kind}）"))
    frames = "".join(traceback.format_tb(error.__traceback__))
    try:
        # The frames only: an exception's text may quote what was read.
        private_folder(log.parent)
        log.touch(mode=0o600)
        log.write_text(f"azlinkscan {__version__}\n{kind}\n{frames}", "utf-8")
    except OSError:
        screen.line(frames)
        return
    screen.line(tr(en=f"  next: report it with {log}", ja=f"  対処: {log} を添えて報告する"))
