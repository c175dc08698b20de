// Ctrl-C and SIGTERM, as a flag that is looked at between batches.
#pragma once

#include <diotima/status.h>

namespace diotima::cli {

// SIGINT and SIGTERM set the flag; a second one ends the process at once. SIGPIPE is ignored.
void InstallSignalHandlers();

// The signal that came, or 0.
int InterruptSignal();

// A descriptor that becomes readable when a signal comes: for poll().
int InterruptDescriptor();

// kCancelled once a signal came.
Status CheckInterrupt();

}  // namespace diotima::cli
