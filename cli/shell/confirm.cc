#include "cli/shell/confirm.h"

#include <diotima/status_macros.h>
#include <poll.h>
#include <unistd.h>

#include <cstdio>

#include "cli/signals.h"

namespace diotima::cli {
namespace {

// A line from standard input, that Ctrl-C ends.
Result<std::string> ReadAnswer() {
  std::string answer;
  for (char byte = 0; byte != '\n';) {
    pollfd waiting[] = {{STDIN_FILENO, POLLIN, 0}, {InterruptDescriptor(), POLLIN, 0}};
    if (poll(waiting, 2, -1) < 0) continue;
    DIOTIMA_TRY(CheckInterrupt());
    if (read(STDIN_FILENO, &byte, 1) != 1) break;
    answer += byte;
  }
  return answer;
}

}  // namespace

bool CanAsk() { return isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0; }

Status CheckCanAsk(const std::string& what, Session* session) {
  if (CanAsk()) return Status::Ok();
  return session->UsageError(what + " needs --yes");
}

Status Confirm(const std::string& question) {
  std::fprintf(stderr, "%s [y/N] ", question.c_str());
  DIOTIMA_ASSIGN(const std::string answer, ReadAnswer());
  if (answer == "y\n" || answer == "Y\n" || answer == "yes\n") return Status::Ok();
  return Status::InvalidArgument("nothing was done: the answer was not yes");
}

}  // namespace diotima::cli
