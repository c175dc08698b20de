// Errors of the operating system.
#pragma once

#include <diotima/status.h>

#include <string>

namespace diotima {

// Returns the status of a failed call that creates or writes a file: "`what`: No such file or
// directory". `error` is an errno. kOutOfSpace when the disk or a quota is full, else kIoError.
Status OsError(int error, const std::string& what);

}  // namespace diotima
