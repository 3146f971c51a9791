# Sourced by ./stampede, ./test and .ci/run: installs what is missing and builds. Everything it prints goes to stderr.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

packages_build=(g++ cmake ninja-build ccache pkg-config libboost1.81-dev libboost-graph1.81-dev libcli11-dev nlohmann-json3-dev
                libsqlite3-dev libyaml-cpp-dev libedit-dev libcpp-httplib-dev zlib1g-dev)
packages_test=(catch2 sqlite3 python3-minimal python3-jsonschema)
packages_ci=(clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev valgrind)
# Where there is another Node, Debian's would be in its way.
packages_page=(chromium sqlite3)
command -v npm >/dev/null || packages_page+=(nodejs npm)

# Ends with the status of what could not be set up or built.
give_up() {
  echo "stampede: $*" >&2
  exit 3
}

# Installs the packages of the named groups that are missing, as root or with sudo.
set_up_packages() {
  # Another system's packages have other names: what is missing there, the build says.
  command -v dpkg-query >/dev/null || return 0
  local group missing=() package
  for group in "$@"; do
    local -n list="packages_$group"
    local installed
    installed=" $(dpkg-query -W -f='${Package}:${db:Status-Status} ' "${list[@]}" 2>/dev/null || true)"
    for package in "${list[@]}"; do
      [[ "$installed" == *" $package:installed "* ]] || missing+=("$package")
    done
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "stampede: installing ${missing[*]}" >&2
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || give_up "run as root or install sudo; missing: ${missing[*]}"
    as_root=(sudo)
  fi
  # Whoever installs something else at the same time is waited for.
  local wait=(-o DPkg::Lock::Timeout=600)
  { "${as_root[@]}" apt-get "${wait[@]}" update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "${wait[@]}" install -y -q --no-install-recommends "${missing[@]}"; } >&2 ||
    give_up "these packages could not be installed: ${missing[*]}"
}

# Takes the build folder until let_go is called or the script ends; waits for whoever has it.
take_build_folder() {
  { mkdir -p "$root/build" && : >>"$root/build/lock"; } 2>/dev/null || give_up "$root/build cannot be written"
  exec {build_lock}>>"$root/build/lock"
  # Where there is no flock, nothing waits.
  command -v flock >/dev/null || return 0
  flock -n "$build_lock" || { echo "stampede: waiting for another build" >&2; flock "$build_lock"; }
}

let_go() {
  exec {build_lock}>&-
  unset build_lock
}

# Configures and builds a preset (at most 2 jobs): build_preset PRESET TARGET [CMAKE ARGS]
build_preset() {
  local preset="$1" target="$2"
  shift 2
  local folder="$root/build/$preset" log="$root/build/$preset.log" taken_here=""
  [ -n "${build_lock:-}" ] || { take_build_folder; taken_here=1; }
  if [ ! -f "$folder/build.ninja" ] || [ $# -gt 0 ]; then
    (cd "$root" && cmake --preset "$preset" "$@") >"$log" 2>&1 || { cat "$log" >&2; exit 3; }
  fi
  # Nothing to do is the common case: ask ninja quietly first.
  if [ -t 2 ]; then
    ninja -C "$folder" -j 2 "$target" >&2 || exit 3
  else
    ninja -C "$folder" -j 2 "$target" >"$log" 2>&1 || { cat "$log" >&2; exit 3; }
  fi
  [ -z "$taken_here" ] || let_go
}

# Whether the build folder is somebody else's, or on a medium that is only read.
is_only_read() {
  [ -d "$root/build" ] || return 1
  ! { [ -w "$root/build" ] && { [ ! -e "$root/build/release" ] || [ -w "$root/build/release" ]; }; }
}

build_release() {
  local stamp="$root/build/release/asked-for-$1"
  if is_only_read; then
    [ -x "$root/build/release/$1" ] || give_up "$root/build cannot be written, and $1 is not built"
    echo "stampede: $root/build cannot be written: this is $1 as it was built, perhaps of older sources" >&2
    return 0
  fi
  take_build_folder
  # Whoever was waited for may have built it.
  if ! (is_built "$1"); then
    set_up_packages build
    mkdir -p "$root/build/release"
    # What changes while the build runs is newer than this.
    touch "$stamp.new"
    build_preset release "$1"
    mv "$stamp.new" "$stamp"
  fi
  let_go
}

# Whether all that a program of the release build is made of is older than the time at which build_release was last asked for it: every
# file and folder of the tree (of those at its root, what CMake reads), the build's own rules, and the packages.
is_built() {
  local stamp="build/release/asked-for-$1" newer
  cd "$root" && [ -x "build/release/$1" ] && [ -f "$stamp" ] &&
    newer="$(find . build/release/build.ninja /var/lib/dpkg/status \( -path ./build -o -path ./.git \) -prune -o \
      -newer "$stamp" \( -path '*/*/*' -o -type d -o -name 'CMake*' \) ! -path . -print -quit 2>/dev/null)" && [ -z "$newer" ]
}
