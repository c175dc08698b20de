#include "cli/input/expand.h"

#include <diotima/status_macros.h>

#include <cctype>
#include <cstdlib>

namespace diotima::cli {
namespace {

bool IsName(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0) return false;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
  }
  return true;
}

// `inside` is what stands between the braces.
Result<std::string> Expand(std::string_view inside) {
  const size_t mark = inside.find(":-");
  const std::string name(inside.substr(0, mark));
  if (!IsName(name)) {
    return Status::InvalidArgument("'${" + std::string(inside) +
                                   "}' names no variable: write ${NAME} or ${NAME:-default}");
  }
  const char* value = std::getenv(name.c_str());
  if (mark != std::string_view::npos) {
    const bool set = value != nullptr && *value != '\0';
    return set ? std::string(value) : std::string(inside.substr(mark + 2));
  }
  if (value != nullptr) return std::string(value);
  return Status::InvalidArgument("the environment variable " + name +
                                 " is not set: set it, or write ${" + name + ":-default}");
}

}  // namespace

Result<std::string> ExpandPath(std::string_view path) {
  for (size_t at = path.find('$'); at != std::string_view::npos; at = path.find('$', at + 1)) {
    size_t end = at + 1;
    while (end < path.size() && IsName(path.substr(at + 1, end - at))) ++end;
    if (end == at + 1) continue;
    const std::string name(path.substr(at + 1, end - at - 1));
    return Status::InvalidArgument("'" + std::string(path) + "' has $" + name +
                                   ": variables are written ${" + name + "}");
  }
  if (!path.starts_with('~')) return std::string(path);
  if (path.size() > 1 && path[1] != '/') {
    return Status::InvalidArgument("'" + std::string(path) +
                                   "' is the home of another user: write the path out, or ./" +
                                   std::string(path));
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    return Status::InvalidArgument("'" + std::string(path) +
                                   "': the environment variable HOME is not set");
  }
  return home + std::string(path.substr(1));
}

Result<std::string> ExpandVariables(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = text.find("${", at);
    out += text.substr(at, begin - at);
    if (begin == std::string_view::npos) break;
    const size_t end = text.find('}', begin);
    if (end == std::string_view::npos) {
      return Status::InvalidArgument("'" + std::string(text.substr(begin)) + "' lacks its '}'");
    }
    DIOTIMA_ASSIGN(const std::string value, Expand(text.substr(begin + 2, end - begin - 2)));
    out += value;
    at = end + 1;
  }
  return out;
}

}  // namespace diotima::cli
