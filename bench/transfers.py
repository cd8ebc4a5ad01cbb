"""Measurements of transfers: an image of a gigabyte between registry, store, archive and registry."""

import subprocess
import tempfile
from contextlib import contextmanager

from measuring import INTEROP, MADE, PORT, Measurement, Place, contenders, new_disk, settle

# The cache of blobs that all stores of a machine share would spare Podman the compression it is measured for.
NO_CACHE = ["mount", "-t", "tmpfs", "none", "/var/lib/containers/cache"]
NAME = f"127.0.0.1:{PORT}/stowage/debian-big:latest"
OTHER_PORT = "5066"


@contextmanager
def empty_registry():
    """A registry with nothing in it, whose blobs lie in memory."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        command = [str(INTEROP / "bin/serve-registry"), directory, OTHER_PORT]
        pid = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        try:
            yield f"127.0.0.1:{OTHER_PORT}"
        finally:
            subprocess.run(["kill", pid], check=True)
            subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], check=True)


def serve():
    subprocess.run([str(INTEROP / "bin/serve-registry")], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def without_origin():
    """A while in which the registry cannot be had that the stores were filled from, whose blobs Stowage would send again."""
    pidfile = MADE / f"registry-{PORT}.pid"
    pid = pidfile.read_text().strip()
    subprocess.run(["kill", pid], check=True)
    subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], check=True)
    try:
        yield
    finally:
        serve()


def store_of(number, scratch):
    """A store with the image, pulled by this machine's podman; kept for the next time."""
    store = scratch / f"big-{number}"
    if not (store / "complete").exists():
        store.mkdir(parents=True, exist_ok=True)
        where = ["--root", f"{store}/root", "--runroot", f"{store}/run", "--storage-driver", "overlay"]
        pull = [str(INTEROP / "bin/packaged-podman"), *where, "pull", "--quiet", "--tls-verify=false", NAME]
        subprocess.run(pull, check=True, stdout=subprocess.DEVNULL)
        (store / "complete").touch()
    return store


def pull(scratch, options):
    serve()
    inside = scratch / "disk"
    inside.mkdir(exist_ok=True)

    def once(contender, _):
        with new_disk(scratch) as device, Place(contender, [["mount", device, str(inside)]]) as place:
            return place.run(contender.command(inside, "pull", "--quiet", "--tls-verify=false", options.image))

    return measured("pull", "podman", options, once)


def push(compression):
    def measure(scratch, options):
        serve()
        everybody = contenders()
        stores = {contender.name: store_of(number, scratch) for number, contender in enumerate(everybody)}
        flags = ["--quiet", "--tls-verify=false", "--force-compression", f"--compression-format={compression}"]

        def once(contender, _):
            # The packaged podman knows no --force-compression, and needs none where no blob is known.
            mine = [flag for flag in flags if contender.name[:10] != "podman 4.3" or "force" not in flag]
            with empty_registry() as registry, Place(contender, [NO_CACHE]) as place:
                settle()
                return place.run(contender.command(stores[contender.name], "push", *mine, NAME, f"{registry}/pushed:1"))

        with without_origin():
            return measured(f"push-{compression}", "podman", options, once)

    return measure


def save(scratch, options):
    serve()
    inside = scratch / "disk"
    inside.mkdir(exist_ok=True)
    stores = {contender.name: store_of(number, scratch) for number, contender in enumerate(contenders())}

    def once(contender, _):
        with new_disk(scratch) as device, Place(contender, [NO_CACHE, ["mount", device, str(inside)]]) as place:
            words = ["save", "--quiet", "--format=docker-archive", "--output", f"{inside}/saved.tar", NAME]
            return place.run(contender.command(stores[contender.name], *words))

    return measured("save", "podman", options, once)


def load(scratch, options):
    serve()
    inside, archive = scratch / "disk", scratch / "saved.tar"
    inside.mkdir(exist_ok=True)
    if not archive.exists():
        store = store_of(1, scratch)
        where = ["--root", f"{store}/root", "--runroot", f"{store}/run", "--storage-driver", "overlay"]
        words = ["save", "--quiet", "--format=docker-archive", "--output", str(archive), NAME]
        subprocess.run([str(INTEROP / "bin/packaged-podman"), *where, *words], check=True)

    def once(contender, _):
        with new_disk(scratch) as device, Place(contender, [["mount", device, str(inside)]]) as place:
            return place.run(contender.command(inside, "load", "--quiet", "--input", str(archive)))

    return measured("load", "podman", options, once)


def copy(_, options):
    serve()
    flags = ["--src-tls-verify=false", "--dest-tls-verify=false"]

    def once(contender, _):
        with empty_registry() as registry, Place(contender, [NO_CACHE]) as place:
            settle()
            return place.run(contender.asked("copy", "--quiet", *flags, f"docker://{NAME}", f"docker://{registry}/copied:1"))

    return measured("copy", "skopeo", options, once)


def asking(title, *words):
    def measure(_, options):
        serve()
        everybody = contenders("skopeo")
        places = {contender: Place(contender) for contender in everybody}
        try:
            measurement = Measurement(title, everybody)
            measurement.interleave(options.rounds, lambda contender, _: places[contender].run(contender.asked(*words)))
            return measurement
        finally:
            for place in places.values():
                place.__exit__()

    return measure


def measured(title, tool, options, once):
    measurement = Measurement(title, contenders(tool))
    measurement.interleave(options.pulls, once)
    return measurement


TRANSFERS = {
    "pull": pull,
    "push-gzip": push("gzip"),
    "push-zstd": push("zstd"),
    "save": save,
    "load": load,
    "copy": copy,
    "list-tags": asking("list-tags", "list-tags", "--tls-verify=false", f"docker://127.0.0.1:{PORT}/stowage/many"),
    "inspect-remote": asking("inspect-remote", "inspect", "--tls-verify=false", f"docker://{NAME}"),
}
