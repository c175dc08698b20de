#include "cli/report/graphviz.h"

#include <diotima/status_macros.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/signals.h"

namespace diotima::cli {
namespace {

Status Failed(const std::string& what, int error) {
  return Status::IoError("cannot run dot: " + what + ": " + std::strerror(error));
}

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

 private:
  int number_ = -1;
};

// A file without a name, of `text`: unlike a pipe it can be filled before anybody reads it.
Result<Descriptor> FileOf(std::string_view text) {
  Descriptor file(memfd_create("dot", MFD_CLOEXEC));
  if (file.number() < 0) return Failed("memfd_create", errno);
  while (!text.empty()) {
    const ssize_t count = write(file.number(), text.data(), text.size());
    if (count < 0 && errno != EINTR) return Failed("write", errno);
    if (count > 0) text.remove_prefix(static_cast<size_t>(count));
  }
  if (lseek(file.number(), 0, SEEK_SET) < 0) return Failed("lseek", errno);
  return file;
}

// Until the end of `file`, or a signal.
Result<std::string> ReadAll(const Descriptor& file) {
  std::string text;
  char buffer[65536];
  for (;;) {
    pollfd waiting[] = {{file.number(), POLLIN, 0}, {InterruptDescriptor(), POLLIN, 0}};
    if (poll(waiting, 2, -1) < 0 && errno != EINTR) return Failed("poll", errno);
    DIOTIMA_TRY(CheckInterrupt());
    if (waiting[0].revents == 0) continue;
    const ssize_t count = read(file.number(), buffer, sizeof buffer);
    if (count < 0 && errno != EINTR) return Failed("read", errno);
    if (count == 0) return text;
    if (count > 0) text.append(buffer, static_cast<size_t>(count));
  }
}

// How the drawing looks, where the graph does not say it.
constexpr const char* kArguments[] = {"dot",
                                      "-Tsvg",
                                      "-Nfontname=Helvetica",
                                      "-Efontname=Helvetica",
                                      "-Nfontsize=11",
                                      "-Efontsize=9",
                                      "-Nstyle=rounded",
                                      "-Ncolor=#6d7683",
                                      "-Ecolor=#6d7683",
                                      nullptr};

// `dot` with these standard streams.
Result<pid_t> Start(const Descriptor& in, const Descriptor& out, const Descriptor& err) {
  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  posix_spawn_file_actions_adddup2(&streams, in.number(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&streams, out.number(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&streams, err.number(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);  // ignored here
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int error = posix_spawnp(&child, kArguments[0], &streams, &attributes,
                                 const_cast<char* const*>(kArguments), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&streams);
  if (error == ENOENT) {
    return Status::NotFound(
        "svg is drawn by Graphviz, and there is no program dot on the PATH: install graphviz, or "
        "use --format html, dot or mermaid");
  }
  if (error != 0) return Failed("posix_spawn", error);
  return child;
}

// How it ended, once it has.
int Wait(pid_t child) {
  int state = 0;
  while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
  }
  return state;
}

}  // namespace

Result<std::string> DrawSvg(std::string_view graph) {
  DIOTIMA_ASSIGN(const Descriptor in, FileOf(graph));
  DIOTIMA_ASSIGN(const Descriptor err, FileOf(""));
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Failed("pipe", errno);
  const Descriptor from_dot(ends[0]);
  Descriptor to_us(ends[1]);
  DIOTIMA_ASSIGN(const pid_t child, Start(in, to_us, err));
  to_us = Descriptor();  // so that the pipe ends with the child
  auto svg = ReadAll(from_dot);
  if (!svg.ok()) kill(child, SIGKILL);
  const int state = Wait(child);
  if (!svg.ok() || state == 0) return svg;
  lseek(err.number(), 0, SEEK_SET);
  DIOTIMA_ASSIGN(const std::string words, ReadAll(err));
  const std::string end = WIFEXITED(state) ? "exit code " + std::to_string(WEXITSTATUS(state))
                                           : "signal " + std::to_string(WTERMSIG(state));
  return Status::IoError("dot failed with " + end + (words.empty() ? "" : ": " + words));
}

}  // namespace diotima::cli
