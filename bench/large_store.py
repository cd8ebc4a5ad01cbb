"""A store with thousands of images, written straight into the files that containers/storage keeps.

What is in it: bases of two or three layers; on each base a row of images made step by step, every third of them untagged, so
that there are parents, children and intermediate images; images with several names, of several registries, with labels; lists
of manifests; containers of some images. Each layer holds one small file of its own and has its tar-split, so that every
program can read, mount, check and remove what is there.
"""

import base64
import gzip
import hashlib
import io
import json
import os
import struct
import tarfile

EPOCH = 1_767_225_600  # 2026-01-01
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def sha(content):
    return hashlib.sha256(content).hexdigest()


def crc_table():
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xD800000000000000 if crc & 1 else crc >> 1
        table.append(crc)
    return table


CRC = crc_table()


def crc64(content):
    crc = 0xFFFFFFFFFFFFFFFF
    for byte in content:
        crc = CRC[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFFFFFFFFFF


def moment(second):
    day, rest = divmod(second, 86_400)
    return f"2026-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}Z"


class Large:
    def __init__(self, directory):
        self.root = os.path.join(directory, "root")
        self.layers, self.images, self.containers = [], [], []
        self.links, self.lowers, self.diffs = {}, {}, {}
        for name in ("overlay/l", "overlay-layers", "overlay-images", "overlay-containers"):
            os.makedirs(os.path.join(self.root, name), mode=0o700)
        os.makedirs(os.path.join(directory, "run"), mode=0o700)

    def layer(self, parent, number):
        """A layer with one file; its ID, as that of a layer above others is made."""
        name, content = f"file-{number}", b"content of layer %d\n" % number * (1 + number % 50)
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(content), EPOCH, 0o644
            archive.addfile(entry, io.BytesIO(content))
        plain = tar.getvalue()
        diff = sha(plain)
        identity = sha(f"sha256:{parent} sha256:{diff}".encode()) if parent else diff
        self.diffs[identity] = (self.diffs[parent] if parent else []) + ["sha256:" + diff]
        link = "".join(ALPHABET[byte % 32] for byte in hashlib.sha256(identity.encode()).digest()[:26])
        self.links[identity] = link
        home = os.path.join(self.root, "overlay", identity)
        os.makedirs(home + "/diff", mode=0o755)
        os.mkdir(home + "/work", 0o700)
        write(home + "/link", link)
        if parent:
            below = f"l/{self.links[parent]}" + (":" + self.lowers[parent] if self.lowers.get(parent) else "")
            self.lowers[identity] = below
            write(home + "/lower", below)
        else:
            os.mkdir(home + "/empty", 0o700)
        os.symlink(f"../{identity}/diff", os.path.join(self.root, "overlay/l", link))
        path = f"{home}/diff/{name}"
        write(path, content)
        os.utime(path, (EPOCH, EPOCH))
        self.split(identity, name, plain, content)
        self.layers.append(
            {
                "id": identity,
                **({"parent": parent} if parent else {}),
                "created": moment(number),
                "compressed-diff-digest": "sha256:" + sha(b"gz" + plain),
                "compressed-size": len(plain) // 10,
                "diff-digest": "sha256:" + diff,
                "diff-size": len(plain),
                "compression": 2,
                "uidset": [0],
                "gidset": [0],
            }
        )
        return identity

    def split(self, identity, name, plain, content):
        padding = (-len(content)) % 512
        rest = plain[512 + len(content) :]
        lines = [
            {"type": 2, "payload": base64.b64encode(plain[:512]).decode(), "position": 0},
            {
                "type": 1,
                "name": name,
                "size": len(content),
                "payload": base64.b64encode(struct.pack(">Q", crc64(content))).decode(),
                "position": 1,
            },
            {"type": 2, "payload": base64.b64encode(rest[:padding] + rest[padding:]).decode(), "position": 2},
        ]
        text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()
        write(os.path.join(self.root, f"overlay-layers/{identity}.tar-split.gz"), gzip.compress(text, 1, mtime=0), 0o600)

    def image(self, top, steps, names, second, labels):
        config = json.dumps(
            {
                "architecture": "amd64",
                "os": "linux",
                "created": moment(second),
                "config": {"Env": ["PATH=/usr/bin:/bin"], "Cmd": ["/bin/sh"], "Labels": labels},
                "rootfs": {"type": "layers", "diff_ids": self.diffs[top]},
                "history": steps,
            }
        ).encode()
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": {
                    "mediaType": "application/vnd.oci.image.config.v1+json",
                    "digest": "sha256:" + sha(config),
                    "size": len(config),
                },
                "layers": [
                    {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": diff, "size": 300}
                    for diff in self.diffs[top]
                ],
            }
        ).encode()
        identity = sha(config)
        self.record(identity, top, names, second, {"sha256:" + identity: config}, manifest)
        return identity, "sha256:" + sha(manifest), len(manifest)

    def list(self, instances, name, second):
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": "application/vnd.oci.image.index.v1+json",
                "manifests": [
                    {
                        "mediaType": "application/vnd.oci.image.manifest.v1+json",
                        "digest": digest,
                        "size": size,
                        "platform": {"architecture": architecture, "os": "linux"},
                    }
                    for (digest, size), architecture in zip(instances, ("amd64", "arm64", "s390x"))
                ],
            }
        ).encode()
        self.record(sha(name.encode()), "", [name], second, {"instances.json": b"{}"}, manifest)

    def record(self, identity, top, names, second, items, manifest):
        digest = "sha256:" + sha(manifest)
        items = {"manifest": manifest, f"manifest-{digest}": manifest, **items}
        home = os.path.join(self.root, "overlay-images", identity)
        os.mkdir(home, 0o700)
        for item, content in items.items():
            plain = all(c in "0123456789abcdefghijklmnopqrstuvwxyz." for c in item)
            write(f"{home}/{item if plain else '=' + base64.b64encode(item.encode()).decode()}", content, 0o600)
        self.images.append(
            {
                "id": identity,
                "digest": digest,
                **({"names": names, "names-history": names} if names else {}),
                **({"layer": top} if top else {}),
                "metadata": "{}",
                "big-data-names": list(items),
                "big-data-sizes": {item: len(content) for item, content in items.items()},
                "big-data-digests": {item: "sha256:" + sha(content) for item, content in items.items()},
                "created": moment(second),
            }
        )

    def container(self, image, top, number):
        identity, layer = sha(b"container %d" % number), sha(b"container's layer %d" % number)
        home = os.path.join(self.root, "overlay", layer)
        os.makedirs(home + "/diff", mode=0o755)
        os.mkdir(home + "/work", 0o700)
        link = "".join(ALPHABET[byte % 32] for byte in hashlib.sha256(layer.encode()).digest()[:26])
        write(home + "/link", link)
        write(home + "/lower", f"l/{self.links[top]}" + (":" + self.lowers[top] if self.lowers.get(top) else ""))
        os.symlink(f"../{layer}/diff", os.path.join(self.root, "overlay/l", link))
        write(f"{home}/diff/written", b"by the container\n")
        self.layers.append({"id": layer, "parent": top, "created": moment(number)})
        os.mkdir(os.path.join(self.root, "overlay-containers", identity), 0o700)
        self.containers.append(
            {
                "id": identity,
                "names": [f"holder-{number}"],
                "image": image,
                "layer": layer,
                "metadata": '{"image-name":"x","name":"x"}',
                "created": moment(number),
            }
        )

    def save(self):
        for name, records in (("layers", self.layers), ("images", self.images), ("containers", self.containers)):
            path = os.path.join(self.root, f"overlay-{name}/{name}.json")
            write(path, json.dumps(records, separators=(",", ":")), 0o600)
            # Who last wrote; where a lock says nothing, Podman 4 reads the file anew for every question.
            write(os.path.join(self.root, f"overlay-{name}/{name}.lock"), hashlib.sha512(name.encode()).digest(), 0o644)


def write(path, content, mode=0o644):
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


# How many layers further than the one before each image of a row is: 40 together.
ROW = (11, 1, 6, 1, 6, 1, 6, 1, 6, 1)
UNNAMED = (2, 6, 7)  # the first two have children, so they are intermediate; the last is dangling


def write_store(directory, images):
    """Fills the directory with a store of so many images, and about four times as many layers."""
    store = Large(directory)
    registries = ("localhost", "quay.io/team", "registry.example.com:5000/group/sub", "docker.io/library")
    second, last = 0, []
    for number in range(images):
        place = number % len(ROW)
        second += 61
        if number % 50 == 49:
            store.list(last[-2:], f"localhost/list-{number}:latest", second)
            continue
        if place == 0:
            top, steps = "", []
        for _ in range(ROW[place]):
            top = store.layer(top, len(store.layers))
            steps = [*steps, {"created": moment(second), "created_by": f"/bin/sh -c #(nop) COPY step-{len(steps)} /"}]
        if place == 4:
            steps = [*steps, {"created": moment(second), "created_by": "/bin/sh -c #(nop) ENV X=1", "empty_layer": True}]
        names = [] if place in UNNAMED else [f"{registries[number % 4]}/app-{number // len(ROW)}:v{place}"]
        if place == 8:
            names.append(f"localhost/also/app-{number}:latest")
        labels = {"team": f"t{number % 7}", "number": str(number), "org.opencontainers.image.title": f"app {number}"}
        identity, digest, size = store.image(top, steps, names, second, labels)
        last = [*last[-3:], (digest, size)]
        if number % 100 == 45:
            store.container(identity, top, number)
    store.save()
    return len(store.images), len(store.layers)


if __name__ == "__main__":
    import sys

    print(write_store(sys.argv[1], int(sys.argv[2])))
