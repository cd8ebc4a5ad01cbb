"""What every measurement needs: who takes part, where a command runs, and what is kept of its runs."""

import ctypes
import os
import pickle
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
INTEROP = HOME / "interop"
MADE = Path(os.environ.get("STOWAGE_INTEROP_DIR", "/var/tmp/stowage-interop"))
PORT = os.environ.get("STOWAGE_INTEROP_PORT", "5055")
SUITE = os.environ.get("STOWAGE_NEWER_SUITE", "forky")
NEW_NAMESPACE = 0x00020000

SETTINGS = {
    "CONTAINERS_CONF": str(INTEROP / "etc/containers.conf"),
    "CONTAINERS_STORAGE_CONF": str(INTEROP / "etc/storage.conf"),
}


class Contender:
    def __init__(self, name, program, root=None):
        self.name, self.program, self.root = name, program, root

    def command(self, store, *words):
        where = ["--root", f"{store}/root", "--runroot", f"{store}/run", "--storage-driver", "overlay"]
        return [self.program, *where, *words]

    def asked(self, *words):
        """A command that needs no store."""
        return [self.program, *words]


class Place:
    """A process in a mount namespace of its own, which starts commands and measures them."""

    def __init__(self, contender, mounts=()):
        ours, theirs = os.pipe(), os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(ours[1])
            os.close(theirs[0])
            serve(contender, mounts, os.fdopen(ours[0], "rb"), os.fdopen(theirs[1], "wb"))
            os._exit(0)
        os.close(ours[0])
        os.close(theirs[1])
        self.requests, self.answers = os.fdopen(ours[1], "wb"), os.fdopen(theirs[0], "rb")
        self.receive()

    def receive(self):
        answer = pickle.load(self.answers)
        if isinstance(answer, str):
            sys.exit(answer)
        return answer

    def run(self, words):
        pickle.dump(words, self.requests)
        self.requests.flush()
        return self.receive()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Told to end, because places started later hold its pipe open too.
        try:
            pickle.dump(None, self.requests)
            self.requests.close()
        except BrokenPipeError:
            pass  # it has failed and ended
        os.waitpid(self.pid, 0)


def serve(contender, mounts, requests, answers):
    def answer(what):
        pickle.dump(what, answers)
        answers.flush()

    try:
        if ctypes.CDLL(None, use_errno=True).unshare(NEW_NAMESPACE) != 0:
            raise OSError(ctypes.get_errno(), "no mount namespace of its own")
        commands = [["mount", "--make-rprivate", "/"], *mounts]
        subprocess.run(["umount", "--recursive", "/sys/fs/cgroup"], stderr=subprocess.DEVNULL, check=False)
        commands.append(["mount", "-t", "cgroup2", "none", "/sys/fs/cgroup"])
        if contender.root:
            # One shell for both, as the first mount hides the program for the second.
            commands.append(["sh", "-ec", 'mount --bind "$1/etc" /etc; mount --bind "$1/usr" /usr', "sh", contender.root])
        for command in commands:
            subprocess.run(command, check=True)
        answer(None)
        while words := pickle.load(requests):
            answer(measure(words))
    except EOFError:
        pass
    except Exception as e:
        answer(f"{contender.name}: {e}")


def measure(words):
    """Runs a command: seconds, seconds of the processor, MiB."""
    read, write = os.pipe()
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        os.dup2(write, 1)
        os.dup2(write, 2)
        os.execvpe(words[0], words, {**os.environ, **SETTINGS})
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        output = pipe.read()
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - start
    if status != 0:
        raise RuntimeError(f"{' '.join(map(str, words))} failed:\n{output.decode(errors='replace')}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


INSTALLED = MADE / "bench/installed"


def install():
    """Stowage as a user has it: installed, as the peers are."""
    subprocess.run([str(HOME / "install"), str(INSTALLED)], check=True, stdout=subprocess.DEVNULL)


def contenders(tool="podman"):
    found = [Contender("stowage", str(INSTALLED / "bin/stowage")), Contender(f"{tool} {version([tool])}", tool)]
    newer = MADE / "newer" / SUITE
    if newer.exists():
        found.append(Contender(f"{tool} {version([str(INTEROP / 'bin' / f'newer-{tool}')])}", tool, str(newer)))
    return found


def version(program):
    return subprocess.run([*program, "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]


class Measurement:
    """The runs of one thing that is measured, and its lines in the table."""

    def __init__(self, title, all_contenders):
        self.title, self.contenders = title, all_contenders
        self.runs = {contender: [] for contender in all_contenders}

    def interleave(self, rounds, once):
        refresh()
        for number in range(rounds + 1):
            shift = number % len(self.contenders)
            for contender in self.contenders[shift:] + self.contenders[:shift]:
                result = once(contender, number)
                if number > 0:
                    self.runs[contender].append(result)
                print(
                    f"  {self.title} {number}/{rounds} {contender.name}: {result[0]:.3f} s, {result[1]:.3f} s CPU, {result[2]:.0f} MiB",
                    file=sys.stderr,
                )

    def lines(self):
        medians = {c: [statistics.median(column) for column in zip(*self.runs[c])] for c in self.contenders}
        ours = medians[self.contenders[0]]
        for contender, (seconds, processor, memory) in medians.items():
            line = f"{self.title:<29} {contender.name:<14} {seconds:>9.3f} {processor:>9.3f} {memory:>7.0f}"
            if contender is not self.contenders[0]:
                line += "".join(
                    f" {mine / theirs:>8.2f}" for mine, theirs in zip(ours, (seconds, processor, memory), strict=True)
                )
            yield line


def refresh():
    """Memory as after a start of the machine: where files have come and gone for hours, they lie in small pieces."""
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")
    Path("/proc/sys/vm/compact_memory").write_text("1")


def settle():
    os.sync()
    time.sleep(0.5)


@contextmanager
def new_disk(scratch):
    """A new ext4 in a file, as the device that a mount takes."""
    disk = scratch / "disk.img"
    disk.unlink(missing_ok=True)
    with open(disk, "wb") as file:
        file.truncate(6 << 30)
    subprocess.run(["mkfs.ext4", "-q", "-E", "lazy_itable_init=1,lazy_journal_init=1", disk], check=True)
    settle()
    # Direct, as a device is: through the page cache, what is written would be copied and held in memory twice.
    attach = ["losetup", "--find", "--show", "--direct-io=on", disk]
    device = subprocess.run(attach, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    try:
        yield device
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)
        disk.unlink()
