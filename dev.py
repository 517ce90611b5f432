#!/usr/bin/env python3
"""The door to Mosty for developers and for whoever wants to try it. Standard library only.

    python3 dev.py demo [--check] [--port 8000]   set up, fill, serve; --check: run, verify, leave
    python3 dev.py test [--sqlite | --postgres] [pytest arguments]
    python3 dev.py lint                           ruff, djade, mypy, catalogues, migrations
    python3 dev.py bench [name]                   measure; results stand in benchmarks/
    python3 dev.py messages                       what is to be translated; compile catalogues
    python3 dev.py lock                           renew uv.lock
    python3 dev.py shell                          Django's shell

Runs under any Python from 3.9; finds a Python 3.12 or newer for the site and makes .venv with it.
"""

import argparse
import glob
import hashlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
STAMP = VENV / "mosty-stamp"
# The shell first: it has no window, and opens a page in about half the time.
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def say(text):
    print(text, flush=True)


def stop(text):
    raise SystemExit(text)


def runs_new_enough(candidate):
    """Whether this interpreter really starts, is 3.12 or newer, and can make environments."""
    probe = "import sys, venv, ensurepip; print('%d %d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [candidate, "-c", probe], capture_output=True, text=True, timeout=30, check=False
        )
        version = tuple(int(word) for word in done.stdout.split())
    except (OSError, ValueError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and version >= (3, 12)


def candidates():
    """Interpreters that may serve, the likeliest first."""
    if os.environ.get("PYTHON"):
        yield os.environ["PYTHON"]
    yield sys.executable
    for name in ("python3.14", "python3.13", "python3.12", "python3"):
        found = shutil.which(name)
        if found:
            yield found
    home = Path.home()
    for pattern in (
        home / ".pyenv/versions/3.*/bin/python",
        home / ".local/share/uv/python/cpython-3.*/bin/python3",
        "/usr/local/bin/python3.1[2-9]",
        "/opt/homebrew/bin/python3.1[2-9]",
    ):
        yield from sorted(glob.glob(str(pattern)), reverse=True)


def find_python():
    for candidate in candidates():
        if runs_new_enough(candidate):
            return candidate
    return stop(
        "Mosty needs Python 3.12 or newer and found none: install one (for example "
        "'uv python install 3.13', or from python.org) or name it: "
        "PYTHON=/path/to/python3.13 python3 dev.py demo"
    )


def stamp_now():
    parts = [ROOT / "uv.lock", ROOT / "pyproject.toml", ROOT / "packages/citymatch/pyproject.toml"]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def environment(**more):
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
    return {
        **kept,
        "VIRTUAL_ENV": str(VENV),
        "PATH": str(BIN) + os.pathsep + os.environ.get("PATH", os.defpath),
        **more,
    }


def uv(*arguments):
    subprocess.run(
        [str(BIN / "uv"), *arguments],
        cwd=ROOT,
        # The system's certificates: networks with an inspecting proxy bring their own.
        env=environment(UV_PYTHON=str(PYTHON), UV_PYTHON_DOWNLOADS="never", UV_SYSTEM_CERTS="1"),
        check=True,
    )


def prepare():
    """Make .venv with exactly what uv.lock says; costs nothing when nothing changed."""
    wanted = stamp_now()
    if STAMP.exists() and STAMP.read_text() == wanted and PYTHON.exists():
        return
    if not PYTHON.exists() or not runs_new_enough(str(PYTHON)):
        python = find_python()
        say(f"Setting up .venv with {python} …")
        subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=True)
    if not (BIN / "uv").exists():
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"]
        subprocess.run(pip, check=True)
    uv("sync", "--frozen", "--inexact", "--quiet")
    STAMP.write_text(wanted)


def run(*command, check=True, **more):
    """A command inside the environment, from the root of the checkout."""
    done = subprocess.run([str(word) for word in command], cwd=ROOT, env=environment(**more))
    if check and done.returncode:
        raise SystemExit(done.returncode)
    return done.returncode


def hear(*command, **more):
    """The exit code of a command, and what it said."""
    done = subprocess.run(
        [str(word) for word in command], cwd=ROOT, env=environment(**more),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout


def manage(*arguments, **more):
    return run(PYTHON, "manage.py", *arguments, **more)


# --- demo -----------------------------------------------------------------------------------------


def demo(options):
    var = Path(os.environ.get("MOSTY_VAR", ROOT / "var" / "demo"))
    settings = {"MOSTY_DEMO": "1", "MOSTY_VAR": str(var), "LOG_LEVEL": "WARNING"}
    var.mkdir(parents=True, exist_ok=True)
    manage("compilecatalogues", "--verbosity", "0", **settings)
    manage("migrate", "--verbosity", "0", **settings)
    manage("createcachetable", "--verbosity", "0", **settings)
    if options.check:
        return manage("load_demo", "--check", **settings)
    manage("load_demo", **settings)
    manage("collectstatic", "--noinput", "--verbosity", "0", **settings)
    settings["MOSTY_URL"] = f"http://127.0.0.1:{options.port}"
    return serve(options.port, settings)


def answers(address):
    """Whether the site gives its first page by now: whoever reads the address opens it at once."""
    # It is on this machine, whatever proxy leads out of it.
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with directly.open(f"http://{address}/", timeout=20):
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, http.client.HTTPException):
        return False


def serve(port, settings):
    """Web and one worker until Ctrl+C; when one of them ends, so does the other."""
    address = f"127.0.0.1:{port}"
    commands = [
        [BIN / "gunicorn", "mosty.wsgi", "--bind", address, "--workers", "2", "--threads", "4",
         "--log-level", "warning"],
        [PYTHON, "manage.py", "work", "--no-reload", "--interval", "0.5", "--no-startup-delay",
         "--verbosity", "0"],
    ]  # fmt: skip
    children = [
        subprocess.Popen([str(word) for word in one], cwd=ROOT, env=environment(**settings))
        for one in commands
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while not answers(address) and all(child.poll() is None for child in children):
            time.sleep(0.2)
        if all(child.poll() is None for child in children):
            say(f"\nMosty runs at http://{address}/  "
                f"(enter as any role: http://{address}/people/demo/)")  # fmt: skip
            say("Stop it with Ctrl+C.")
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        return max(child.returncode or 0 for child in children if child.poll() is not None)
    except KeyboardInterrupt:
        return 0
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()


# --- test and lint --------------------------------------------------------------------------------


def find_chromium():
    given = os.environ.get("MOSTY_CHROMIUM")
    if given:
        return given
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def chromium():
    """A Chromium or Chrome; Debian's is installed when we may; else None."""
    found = find_chromium()
    if found or not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return found
    say("No Chromium found: installing Debian's …")
    quiet = {
        "stdout": subprocess.DEVNULL,
        "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    # Older releases of Debian have no package of the shell alone.
    for package in ("chromium-headless-shell", "chromium"):
        if subprocess.run([*install, package], check=False, **quiet).returncode == 0:
            break
    return find_chromium()


def marked(left_out):
    return ["-m", " and ".join(left_out)] if left_out else []


def test(options):
    browser = chromium()
    arguments = list(options.arguments)
    left_out = []
    more = {}
    if options.thorough:
        more["CITYMATCH_THOROUGH"] = "1"
    if browser:
        more["MOSTY_CHROMIUM"] = browser
    else:
        left_out.append("not browser")
        say(
            "\n*** No Chromium or Chrome: the tests marked 'browser' are LEFT OUT.\n"
            "*** Install one (Debian: apt-get install chromium) or set MOSTY_CHROMIUM.\n"
        )
    manage("compilecatalogues", "--verbosity", "0", DEBUG="1")
    pytest = [PYTHON, "-m", "pytest"]
    if not any(word.startswith("-n") for word in arguments):
        # One more than processors: tests in a browser and about processes also wait.
        pytest += ["-n", str(min((os.cpu_count() or 1) + 1, 9)), "--dist", "worksteal"]
    worst = 0
    if not options.postgres:
        say("— Tests on SQLite —")
        worst = run(*pytest, *arguments, *marked(left_out), check=False, **more)
    if not options.sqlite:
        say("— Tests on PostgreSQL —")
        # The engine knows no database, some pages show nothing of it: their tests run once.
        if not options.postgres:
            left_out.append("not once")
        chosen = arguments if any("tests" in word for word in arguments) else [*arguments, "tests"]
        postgres = [PYTHON, "tools/with_postgres.py"]
        chosen = [*chosen, *marked(left_out)]
        worst = max(worst, run(*postgres, *pytest, *chosen, check=False, **more))
    return worst


def lint(_options):
    python = ["dev.py", "manage.py", "src", "packages", "tests", "tools", "benchmarks"]
    templates = [str(path) for path in sorted((ROOT / "src").rglob("templates/**/*.html"))]
    steps = [
        ("format", [BIN / "ruff", "format", "--check", *python], {}),
        ("ruff", [BIN / "ruff", "check", *python], {}),
        ("templates", [BIN / "djade", "--target-version", "6.1", "--check", *templates], {}),
        ("types", [BIN / "mypy", "src/mosty", "packages/citymatch/src"], {}),
        ("checks", [PYTHON, "manage.py", "check"], {"DEBUG": "1"}),
        ("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
         {"DEBUG": "1"}),
        ("catalogues", [PYTHON, "tools/messages.py", "--check"], {"DEBUG": "1"}),
    ]  # fmt: skip
    # Side by side: the types take longest, and one processor.
    with ThreadPoolExecutor(os.cpu_count() or 1) as together:
        answers = list(together.map(lambda step: hear(*step[1], **step[2]), steps))
    failed = []
    for place, (code, said) in enumerate(answers):
        say(said.rstrip())
        if code:
            failed.append(steps[place][0])
    say("lint: " + ("failed: " + ", ".join(failed) if failed else "all fine"))
    return 1 if failed else 0


# --- the rest -------------------------------------------------------------------------------------


def bench(options):
    scripts = sorted((ROOT / "benchmarks").glob("[a-z]*.py"))
    chosen = [one for one in scripts if options.name in ("", one.stem)]
    if not chosen:
        stop(f"No benchmark is called {options.name}: " + ", ".join(one.stem for one in scripts))
    return max(run(PYTHON, script, check=False) for script in chosen)


def messages(_options):
    run(PYTHON, "tools/messages.py", DEBUG="1")
    return manage("compilecatalogues", DEBUG="1")


def lock(_options):
    uv("lock")
    uv("sync", "--frozen", "--inexact", "--quiet")
    STAMP.write_text(stamp_now())
    return 0


def shell(_options):
    return manage("shell", DEBUG="1", check=False)


def parse():
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verb = verbs.add_parser("demo", help="set up, fill, serve")
    verb.add_argument("--check", action="store_true", help="run and verify a round, do not serve")
    verb.add_argument("--port", type=int, default=8000)
    verb.set_defaults(do=demo)
    verb = verbs.add_parser("test", help="run the tests on both databases")
    verb.add_argument("--sqlite", action="store_true", help="only on SQLite")
    verb.add_argument("--postgres", action="store_true", help="only on PostgreSQL")
    verb.add_argument(
        "--thorough", action="store_true", help="every made-up market, not each third"
    )
    verb.set_defaults(do=test)
    verbs.add_parser("lint", help="style, types, templates, catalogues").set_defaults(do=lint)
    verb = verbs.add_parser("bench", help="measure")
    verb.add_argument("name", nargs="?", default="")
    verb.set_defaults(do=bench)
    for name, do in (("messages", messages), ("lock", lock), ("shell", shell)):
        verbs.add_parser(name).set_defaults(do=do)
    options, rest = parser.parse_known_args()
    if rest and options.verb != "test":
        parser.error("unknown: " + " ".join(rest))
    options.arguments = rest
    return options


if __name__ == "__main__":
    chosen = parse()
    prepare()
    raise SystemExit(chosen.do(chosen))
