# Shared by the scripts beside it (source it, don't run it): defaults and the few things all of them need.
#   STOWAGE_INTEROP_DIR   where everything is made   (default /var/tmp/stowage-interop)
#   STOWAGE_INTEROP_PORT  the registry's port        (default 5055)
#   STOWAGE_NEWER_SUITE   the Debian whose podman is the newer one (default forky)
# shellcheck shell=bash disable=SC2016,SC2034,SC2154

interop_dir=${STOWAGE_INTEROP_DIR:-/var/tmp/stowage-interop}
interop_port=${STOWAGE_INTEROP_PORT:-5055}
newer_suite=${STOWAGE_NEWER_SUITE:-forky}
bin=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
etc=$(cd "$bin/../etc" && pwd)

say() { echo "${0##*/}: $*" >&2; }

# Starts the script over in a mount namespace of its own: buildah leaves a mount in its store, which could not be deleted.
in_private_mounts() { [ -n "${STOWAGE_PRIVATE:-}" ] || STOWAGE_PRIVATE=yes exec unshare --mount "$0" "$@"; }

# Has a command done when the script ends, after those asked for earlier.
at_exit() {
  exit_commands="${exit_commands:-}$1;"
  # shellcheck disable=SC2064
  trap "$exit_commands" EXIT
}

# The Debian mirror that this machine's apt uses.
mirror() {
  apt-get indextargets --format '$(SITE)' 'Created-By: Packages' \
    "Codename: $(. /etc/os-release && echo "$VERSION_CODENAME")" | sed -n 1p
}

# The same configuration for every podman, buildah and skopeo, unless the caller has one.
export CONTAINERS_CONF=${CONTAINERS_CONF:-$etc/containers.conf}
export CONTAINERS_STORAGE_CONF=${CONTAINERS_STORAGE_CONF:-$etc/storage.conf}

# buildah with a store of its own, away from the machine's.
own_buildah() { buildah --root "$dir/build/root" --runroot "$dir/build/run" "$@"; }

# For a private mount namespace: version 2 control groups alone, as crun refuses a mixture of both versions.
plain_cgroups='[ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] || { umount --recursive /sys/fs/cgroup 2>/dev/null || true; mount -t cgroup2 none /sys/fs/cgroup; }'
run_options=(--rm --cgroups=disabled --network=none)

# Serves the registry; one that did not run before stops when the script ends.
with_registry() {
  local before pid
  before=$(cat "$dir/registry-$port.pid" 2>/dev/null || true)
  pid=$("$bin/serve-registry" "$dir" "$port")
  [ "$pid" = "$before" ] || at_exit "kill $pid"
}

registry_answers() {
  case $(curl --silent --max-time 5 --noproxy '*' --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$1/v2/") in
    200 | 401) ;; # the latter from one that wants to know who calls
    *) return 1 ;;
  esac
}

# Whether the local registry has NAME:TAG.
registry_has() {
  curl --silent --fail --noproxy '*' --output /dev/null \
    --header 'Accept: application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json' \
    --header 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
    "http://127.0.0.1:$port/v2/${1%:*}/manifests/${1##*:}"
}

# One line about NAME:TAG in the local registry.
show() {
  echo "127.0.0.1:$port/$1 $(skopeo inspect --raw --tls-verify=false "docker://127.0.0.1:$port/$1" | sha256sum | cut -d' ' -f1)"
}
