// Questions to the person at the terminal, before what cannot be undone.
#pragma once

#include "cli/session.h"

namespace diotima::cli {

// Whether there is somebody to ask: a terminal.
bool CanAsk();

// A usage error where there is nobody to ask, who must give --yes then. `what` says what it is that
// asks: "a hard delete without filters".
Status CheckCanAsk(const std::string& what, Session* session);

// Asks `question`, and returns an error unless the answer is yes. Ctrl-C ends it.
Status Confirm(const std::string& question);

}  // namespace diotima::cli
