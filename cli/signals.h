// Turns Ctrl-C and SIGTERM into a flag that commands check between batches.
#pragma once

#include <diotima/status.h>

namespace diotima::cli {

// Makes SIGINT and SIGTERM set the flag. The process ends at once on a second signal, and two
// seconds after the first. Ignores SIGPIPE.
void InstallSignalHandlers();

// Returns the signal that came, or 0.
int InterruptSignal();

// Returns a descriptor that becomes readable when a signal comes, for poll().
int InterruptDescriptor();

// Returns kCancelled once a signal came.
Status CheckInterrupt();

}  // namespace diotima::cli
