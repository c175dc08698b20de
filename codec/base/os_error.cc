#include "codec/base/os_error.h"

#include <cerrno>
#include <system_error>

namespace diotima {

Status OsError(int error, const std::string& what) {
  std::string message = what + ": " + std::generic_category().message(error);
  if (error == ENOSPC || error == EDQUOT) return Status::OutOfSpace(std::move(message));
  return Status::IoError(std::move(message));
}

}  // namespace diotima
