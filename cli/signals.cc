#include "cli/signals.h"

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

namespace diotima::cli {
namespace {

std::atomic<int> signal_received = 0;
int wake_pipe[2] = {-1, -1};

// A command ends within two seconds, whatever it waits for. What is not committed by then is not
// there, as after a crash.
constexpr itimerval kGrace = {{0, 0}, {1, 700'000}};

void OnDeadline(int) {
  constexpr char kMessage[] = "error: interrupted: what was not committed is not there\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kMessage, sizeof(kMessage) - 1);
  _exit(128 + signal_received);
}

void OnSignal(int signal) {
  signal_received = signal;
  setitimer(ITIMER_REAL, &kGrace, nullptr);
  const char byte = 0;
  [[maybe_unused]] const auto written = write(wake_pipe[1], &byte, 1);
  std::signal(signal, SIG_DFL);
}

}  // namespace

void InstallSignalHandlers() {
  if (pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return;
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction before = {};
    // A shell's background job ignores Ctrl-C, and so it stays.
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    sigaction(signal, &action, nullptr);
  }
  std::signal(SIGALRM, OnDeadline);
  std::signal(SIGPIPE, SIG_IGN);
}

int InterruptSignal() { return signal_received; }
int InterruptDescriptor() { return wake_pipe[0]; }

Status CheckInterrupt() {
  if (signal_received == 0) return Status::Ok();
  return Status::Cancelled("interrupted");
}

}  // namespace diotima::cli
