#include "cli/config.h"

#include <diotima/graph.h>
#include <diotima/status_macros.h>
#include <glob.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/input/expand.h"
#include "codec/base/messages.h"
#include "graph/spec/document.h"

namespace diotima::cli {
namespace {

namespace fs = std::filesystem;

class ConfigParser {
 public:
  explicit ConfigParser(const std::string& file) : directory_(fs::path(file).parent_path()) {
    config_.file = file;
  }

  Result<Config> Parse(const Node& root) {
    DIOTIMA_TRY(CheckMembers(root, "", {"default_store", "graph", "stores"}));
    if (const Node* node = root.Find("default_store")) {
      DIOTIMA_TRY(Text(*node, "default_store", &config_.default_store));
    }
    if (const Node* node = root.Find("graph")) DIOTIMA_TRY(ParseGraph(*node));
    if (const Node* node = root.Find("stores")) DIOTIMA_TRY(ParseStores(*node));
    DIOTIMA_TRY(CheckNames(root));
    return std::move(config_);
  }

 private:
  Status Fail(const Node& at, const std::string& reason) const {
    return Status::InvalidArgument(Place(config_.file, at.line) + reason);
  }
  Status Mistyped(const Node& at, const std::string& path, const std::string& wanted) const {
    return Fail(at, path + " must be " + wanted + ", not " + std::string(NodeKindName(at.kind)));
  }

  Status CheckMembers(const Node& table, const std::string& path,
                      const std::vector<std::string>& known) const {
    for (const auto& [name, value] : table.members) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      std::string hint = DidYouMean(name, known);
      if (hint.empty()) hint = "; known are " + Join(known, " ");
      return Fail(value, "unknown key '" + path + name + "'" + hint);
    }
    return Status::Ok();
  }

  Status Text(const Node& node, const std::string& path, std::string* out) const {
    if (node.kind != Node::Kind::kString) return Mistyped(node, path, "text");
    auto expanded = ExpandVariables(node.text);
    if (!expanded.ok()) return Fail(node, path + ": " + expanded.status().message());
    *out = *expanded;
    return Status::Ok();
  }

  Status Texts(const Node& node, const std::string& path, std::vector<std::string>* out) const {
    if (node.kind != Node::Kind::kList) return Mistyped(node, path, "a list of texts");
    for (const Node& item : node.items) DIOTIMA_TRY(Text(item, path, &out->emplace_back()));
    return Status::Ok();
  }

  // A path that is not empty, from where the file is.
  Status Path(const Node& node, const std::string& path, std::string* out) const {
    DIOTIMA_TRY(Text(node, path, out));
    if (out->empty()) return Fail(node, path + " is empty");
    auto expanded = ExpandPath(*out);
    if (!expanded.ok()) return Fail(node, path + ": " + expanded.status().message());
    *out = *expanded;
    *out = (directory_ / *out).lexically_normal().string();
    return Status::Ok();
  }

  Status ParseGraph(const Node& node) {
    if (node.kind == Node::Kind::kString) {
      return Path(node, "graph", &config_.graph.emplace_back());
    }
    if (node.kind != Node::Kind::kList) return Mistyped(node, "graph", "a list of texts");
    for (const Node& item : node.items) {
      DIOTIMA_TRY(Path(item, "graph", &config_.graph.emplace_back()));
    }
    return Status::Ok();
  }

  Status ParseStores(const Node& node) {
    if (node.kind != Node::Kind::kObject) return Mistyped(node, "stores", "a table");
    for (const auto& [name, table] : node.members) {
      const std::string path = "stores." + name;
      if (table.kind != Node::Kind::kObject) return Mistyped(table, path, "a table");
      StoreConfig store;
      store.name = name;
      DIOTIMA_TRY(ParseStore(table, path + ".", &store));
      config_.stores.push_back(std::move(store));
    }
    return Status::Ok();
  }

  Status ParseStore(const Node& table, const std::string& path, StoreConfig* store) const {
    DIOTIMA_TRY(CheckMembers(table, path,
                             {"path", "fallback_stores", "hash_algorithm", "hash_truncation_length",
                              "materialization_id", "read_only"}));
    const Node* node = table.Find("path");
    if (node == nullptr) return Fail(table, path + "path is missing");
    DIOTIMA_TRY(Path(*node, path + "path", &store->path));
    if ((node = table.Find("fallback_stores"))) {
      DIOTIMA_TRY(Texts(*node, path + "fallback_stores", &store->fallback_stores));
    }
    DIOTIMA_TRY(ParseHash(table, path, store));
    if ((node = table.Find("materialization_id"))) {
      std::string id;
      DIOTIMA_TRY(Text(*node, path + "materialization_id", &id));
      if (!id.empty()) store->materialization_id = id;
    }
    if ((node = table.Find("read_only"))) {
      if (node->kind != Node::Kind::kBool) return Mistyped(*node, path + "read_only", "a boolean");
      store->read_only = node->boolean;
    }
    return Status::Ok();
  }

  Status ParseHash(const Node& table, const std::string& path, StoreConfig* store) const {
    if (const Node* node = table.Find("hash_algorithm")) {
      std::string name;
      DIOTIMA_TRY(Text(*node, path + "hash_algorithm", &name));
      auto algorithm = ParseHashAlgorithm(name);
      if (!algorithm.ok())
        return Fail(*node, path + "hash_algorithm: " + algorithm.status().message());
      store->hash_algorithm = *algorithm;
    }
    if (const Node* node = table.Find("hash_truncation_length")) {
      const std::string member = path + "hash_truncation_length";
      if (node->kind != Node::Kind::kInteger) return Mistyped(*node, member, "an integer");
      const int64_t length = std::strtoll(node->text.c_str(), nullptr, 10);
      const Status status = CheckTruncationLength(length);
      if (!status.ok()) return Fail(*node, member + ": " + status.message());
      store->hash_truncation_length = static_cast<uint32_t>(length);
    }
    return Status::Ok();
  }

  // Names of stores that other values refer to.
  Status CheckNames(const Node& root) const {
    if (const Node* node = root.Find("default_store")) {
      DIOTIMA_TRY(CheckName(*node, "default_store", config_.default_store));
    }
    for (const auto& store : config_.stores) {
      const Node* table = root.Find("stores")->Find(store.name);
      for (const auto& name : store.fallback_stores) {
        const std::string path = "stores." + store.name + ".fallback_stores";
        DIOTIMA_TRY(CheckName(*table->Find("fallback_stores"), path, name));
      }
    }
    return Status::Ok();
  }

  Status CheckName(const Node& at, const std::string& path, const std::string& name) const {
    if (config_.Find(name) != nullptr) return Status::Ok();
    std::vector<std::string> known;
    for (const auto& store : config_.stores) known.push_back(store.name);
    return Fail(at, path + ": there is no store '" + name + "'" + DidYouMean(name, known));
  }

  const fs::path directory_;
  Config config_;
};

std::string FindFile() {
  std::error_code error;
  for (fs::path at = fs::current_path(error); !error; at = at.parent_path()) {
    const fs::path file = at / "diotima.toml";
    if (fs::is_regular_file(file, error)) return file.string();
    error.clear();
    if (at == at.parent_path()) break;
  }
  return "";
}

}  // namespace

const StoreConfig* Config::Find(std::string_view name) const {
  for (const auto& store : stores) {
    if (store.name == name) return &store;
  }
  return nullptr;
}

Result<Config> LoadConfig(const std::string& explicit_path) {
  const char* variable = std::getenv("DIOTIMA_CONFIG");
  std::string file = explicit_path;
  if (file.empty() && variable != nullptr) file = variable;
  if (file.empty()) file = FindFile();
  if (file.empty()) return Config();
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || (stream.peek() != EOF && !(text << stream.rdbuf()))) {
    const std::string message = file + ": cannot read the configuration: " + std::strerror(errno);
    return errno == ENOENT ? Status::NotFound(message) : Status::IoError(message);
  }
  DIOTIMA_ASSIGN(const Node root, ParseToml(text.str(), file));
  return ConfigParser(file).Parse(root);
}

Result<std::vector<std::string>> MatchFiles(const std::vector<std::string>& patterns) {
  std::vector<std::string> files;
  for (const auto& pattern : patterns) {
    glob_t found = {};
    const int result = glob(pattern.c_str(), 0, nullptr, &found);
    for (size_t i = 0; result == 0 && i < found.gl_pathc; ++i) {
      const std::string file = found.gl_pathv[i];
      if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
    }
    globfree(&found);
    if (result != 0) return Status::NotFound(pattern + ": there is no such graph file");
  }
  return files;
}

}  // namespace diotima::cli
