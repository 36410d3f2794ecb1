# Sourced by the scripts here: where things are kept, and how they get there.
#
# CHANCERY_VERIFIERS_CACHE names the directory for virtual environments and the built Go program; without it
# that is target/verifiers of the repository.

verifiers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${CHANCERY_VERIFIERS_CACHE:-$verifiers/../target/verifiers}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)

# One setup at a time: tests start several of these together.
exec 9>"$cache/lock"

apt_install() {
    local sudo=()
    [ "$(id -u)" = 0 ] || sudo=(sudo)
    "${sudo[@]}" apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -q -y --no-install-recommends "$@" >&2
}

# venv NAME PYTHON REQUIREMENTS: makes it unless it is there with these very requirements.
venv() {
    local dir=$cache/$1 python=$2 requirements=$3
    if ! cmp -s "$requirements" "$dir/installed.txt"; then
        rm -rf "$dir"
        "$python" -m venv "$dir" >&2 || { rm -rf "$dir" && apt_install python3-venv && "$python" -m venv "$dir" >&2; }
        "$dir/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" >&2
        cp "$requirements" "$dir/installed.txt"
    fi
}
