"""Measurements of questions to stores of 500 and of 5,000 images (2,000 and 20,000 layers): lists, filters, disk usage.

Beside Podman 5 alone: Podman 4.3 reads the whole store anew for each image, and needs minutes for a list of 500.
"""

import shutil
import subprocess

from large_store import write_store
from measuring import Measurement, Place, contenders, settle

SIZES = (500, 5000)
NAME = "localhost/app-0:v0"
FILTERS = (
    "after=quay.io/team/app-0:v1",
    "before=quay.io/team/app-10:v1",
    "containers=true",
    "dangling=true",
    "digest=sha256:ab",
    "id=ab",
    "intermediate=true",
    "label=team=t3",
    "label!=team=t3",
    "manifest=true",
    "readonly=true",
    "reference=*/app-1*",
    "reference!=quay.io/team/app-0:v1",
    "reference=quay.io/team/app-0:v1",
    "until=2026-02-01",
)

QUESTIONS = {
    "images": ["images"],
    "images-all": ["images", "--all"],
    "images-json": ["images", "--all", "--format", "json"],
    **{f"{text}": ["images", "--all", "--filter", text] for text in FILTERS},
    "prune-nothing": ["image", "prune", "--force", "--filter", "label=no=such"],
    "df": ["system", "df"],
    "df-verbose": ["system", "df", "--verbose"],
    "image-inspect": ["image", "inspect", NAME],
    "history": ["history", NAME],
    "tree": ["image", "tree", NAME],
}

# What Podman cannot do is measured alone.
ALONE = {
    "prune-plan": ["image", "prune", "--all", "--dry-run"],
    "df-measured": ["system", "df", "--measured"],
}


def ask(scratch, options, wanted):
    """A measurement of each wanted question on each size of store."""
    everybody = [contender for contender in contenders() if " 4." not in contender.name]
    measurements = []
    for size in SIZES:
        places, stores = {}, {}
        try:
            for number, contender in enumerate(everybody):
                store = scratch / f"large-{number}"
                shutil.rmtree(store, ignore_errors=True)
                write_store(store, size)
                places[contender], stores[contender] = Place(contender), store
                places[contender].run(contender.command(store, "images", "--quiet"))  # first use makes files
            settle()
            for title, words in {**QUESTIONS, **ALONE}.items():
                if title not in wanted:
                    continue
                asked = everybody[:1] if title in ALONE else everybody
                measurement = Measurement(f"{title} {size}", asked)
                measurement.interleave(
                    options.rounds,
                    lambda contender, _, words=words: places[contender].run(contender.command(stores[contender], *words)),
                )
                measurements.append(measurement)
        finally:
            for place in places.values():
                place.__exit__()
            for store in stores.values():
                subprocess.run(["rm", "-rf", str(store)], check=True)
    return measurements
