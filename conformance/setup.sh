# Sourced by the scripts here: virtual environments under target/conformance, made the way the verifiers make theirs.
#
# CHANCERY_CONFORMANCE_CACHE names another directory for them.

conformance=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CHANCERY_VERIFIERS_CACHE=${CHANCERY_CONFORMANCE_CACHE:-$conformance/../target/conformance}
source "$conformance/../verifiers/setup.sh"
export PYTHONDONTWRITEBYTECODE=1

# suite_python: the interpreter that has what the suite needs, installed if it was not.
suite_python() {
    flock 9
    command -v python3 >/dev/null || apt_install python3 python3-venv
    venv suite python3 "$conformance/requirements.txt"
    flock -u 9
    printf '%s\n' "$cache/suite/bin/python"
}
