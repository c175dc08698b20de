# What the scripts beside this file share. Source it from bash.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Binary trees go to $build/release and so on.
build=${DIOTIMA_BUILD_DIR:-$root/build}

build_packages=(
  g++ cmake ninja-build ccache mold
  librocksdb-dev libflatbuffers-dev flatbuffers-compiler libxxhash-dev libzstd-dev
  libtomlplusplus-dev libsimdjson-dev nlohmann-json3-dev libssl-dev
  libcli11-dev libspdlog-dev
)
test_packages=(
  libgtest-dev librapidcheck-dev libbenchmark-dev prometheus-cpp-dev clang clang-format clang-tidy
  python3 python3-venv pkg-config git chromium chromium-driver graphviz
  doxygen zsh fish tmux man-db groff-base dpkg-dev file
)

say() { printf '==> %s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '       %s\n' "$@" >&2
  exit 1
}

# Prints the text between the first "#" line after the interpreter's and the first other line.
usage() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# Runs apt-get with the rights it needs, its output in $log.
apt_get() {
  local command=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@")
  if ((EUID != 0)); then
    # Without a terminal sudo could only hang or fail at asking for a password.
    [[ -t 0 ]] && command=(sudo "${command[@]}") || command=(sudo -n "${command[@]}")
  fi
  "${command[@]}" </dev/null >>"$log" 2>&1
}

# Installs those of the named Debian packages that are missing.
install_packages() {
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || fail \
    "this is not a Debian system: there is no apt-get" \
    "Install what these packages of Debian 12 hold, and build with CMake: $*"
  local missing=() package
  for package; do is_installed "$package" || missing+=("$package"); done
  ((${#missing[@]})) || return 0

  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail \
      "packages are missing, and there is no sudo to install them" \
      "As root: apt-get update && apt-get install ${missing[*]}"
    if [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; then
      fail "packages are missing, and sudo asks for a password where there is no terminal" \
        "As root: apt-get update && apt-get install ${missing[*]}"
    fi
  fi
  say "Installing ${#missing[@]} Debian packages and what they need: ${missing[*]}"
  local log
  log=$(mktemp)
  # What it finds of one source may do when another is broken, so its failure is not ours yet.
  apt_get update || true
  apt_get install --no-install-recommends "${missing[@]}" || apt_failed "${missing[@]}"
  rm -f "$log"
}

apt_failed() {
  grep -E '^ *(E|W|Err):?' "$log" | sort -u | tail -n 15 >&2
  local hint="This needs Debian 12 or newer, with its main packages among the sources of apt."
  if grep -qE 'Failed to fetch|Temporary failure|Could not (connect|resolve)' "$log"; then
    hint="There seems to be no way to a mirror: is the network up?"
  elif grep -qE '^sudo:|not in the sudoers' "$log"; then
    hint="sudo refused: $(grep -E '^sudo:|not in the sudoers' "$log" | head -n 1)"
  elif grep -q 'Could not get lock' "$log"; then
    hint="Another program is installing packages: wait for it, and run this again."
  fi
  rm -f "$log"
  fail "apt-get could not install: $*" "$hint"
}

# As many jobs as cores, but not more than memory holds: a compiler takes up to 1.5 GiB.
job_count() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1572864)}' /proc/meminfo)
  ((memory >= 1)) || memory=1
  echo "${DIOTIMA_JOBS:-$((cores < memory ? cores : memory))}"
}

# configure PRESET [OPTION...]
configure() {
  local preset=$1 output
  shift
  say "Configuring $preset in $build/$preset"
  output=$(cd "$root" && cmake --preset "$preset" -B "$build/$preset" "$@" 2>&1) || {
    printf '%s\n' "$output" >&2
    fail "cmake could not configure the build" "If $build/$preset is from another checkout, remove it."
  }
}

# CPU seconds that a first build takes, on the machine that docs/performance.md names. To measure
# them again: time CCACHE_DISABLE=1 cmake --build BUILD_DIR
declare -A cpu_seconds=([diotima_cli]=210 [release]=560 [clang]=220 [asan]=1120)

# estimate NAME: prints how long the first build of a preset or a target takes with all jobs.
estimate() {
  local seconds=$((${cpu_seconds[$1]:-0} / $(job_count)))
  ((seconds == 0)) || echo ": about $(((seconds + 59) / 60)) minutes"
}

# compile PRESET [TARGET...]
compile() {
  local preset=$1 long=
  shift
  [[ -e $build/$preset/.ninja_log ]] || long=$(estimate "${1:-$preset}")
  say "Building $preset with $(job_count) jobs$long"
  cmake --build "$build/$preset" -j "$(job_count)" ${1:+--target "$@"} ||
    fail "the build in $build/$preset failed; the compiler's message is above"
}
