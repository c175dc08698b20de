// Asks the person at the terminal before what cannot be undone.
#pragma once

#include "cli/session.h"

namespace diotima::cli {

// Returns whether there is a terminal to ask on.
bool CanAsk();

// Returns a usage error if there is no terminal to ask on; the caller must give --yes then. `what`
// names the operation: "a hard delete without filters".
Status CheckCanAsk(const std::string& what, Session* session);

// Asks `question`, and returns an error unless the answer is yes. Ctrl-C ends the question.
Status Confirm(const std::string& question);

}  // namespace diotima::cli
