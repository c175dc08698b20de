// Graphs from files and text.
#include <diotima/graph.h>
#include <diotima/status_macros.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "graph/spec/document.h"
#include "graph/spec/faults.h"
#include "graph/spec/parser.h"

namespace diotima {
namespace {

Result<std::vector<FeatureSpec>> ParseText(std::string_view text, GraphFormat format,
                                           const std::string& source) {
  DIOTIMA_ASSIGN(const Node document,
                 format == GraphFormat::kToml ? ParseToml(text, source) : ParseJson(text, source));
  return ParseSpecs(document, source);
}

Result<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return Status::NotFound(path + ": there is no such graph file");
  }
  if (std::filesystem::is_directory(status)) {
    return Status::InvalidArgument(path + ": is a directory, not a graph file");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  errno = 0;
  // An empty file sets failbit on `text`.
  if (!file || (file.peek() != std::ifstream::traits_type::eof() && !(text << file.rdbuf())) ||
      file.bad()) {
    const std::string reason = errno != 0 ? std::strerror(errno) : "read failed";
    return Status::IoError(path + ": cannot be read: " + reason);
  }
  return std::move(text).str();
}

Result<std::vector<FeatureSpec>> ParseFile(const std::string& path) {
  DIOTIMA_ASSIGN(const std::string text, ReadFile(path));
  const bool toml = std::filesystem::path(path).extension() == ".toml";
  return ParseText(text, toml ? GraphFormat::kToml : GraphFormat::kJson, path);
}

}  // namespace

Result<Graph> Graph::FromFile(const std::string& path) { return FromFiles({path}); }

Result<Graph> Graph::FromFiles(const std::vector<std::string>& paths) {
  std::vector<FeatureSpec> specs;
  Faults faults;
  for (const std::string& path : paths) {
    auto more = ParseFile(path);
    if (!faults.Check(more.status())) continue;
    specs.insert(specs.end(), std::make_move_iterator(more->begin()),
                 std::make_move_iterator(more->end()));
  }
  DIOTIMA_TRY(faults.status());
  return Link(std::move(specs));
}

Result<Graph> Graph::FromText(std::string_view text, GraphFormat format,
                              const std::string& source) {
  DIOTIMA_ASSIGN(std::vector<FeatureSpec> specs, ParseText(text, format, source));
  return Link(std::move(specs));
}

}  // namespace diotima
