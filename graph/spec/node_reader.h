// Reads the nodes of one definition by type, with errors that say where.
#pragma once

#include <diotima/status.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "graph/spec/document.h"

namespace diotima {

// Functions take the path of the node inside of the definition (`deps[0].select`) for messages:
// "features.toml:12: feature "video/crop": deps[0].select must be a list of texts, not text".
class NodeReader {
 public:
  // Returns `path.name`, or `path."name"` if the name is not a plain word.
  static std::string MemberPath(const std::string& path, const std::string& name);

  // `subject` names the definition: `feature "video/crop"`.
  NodeReader(const std::string& source, std::string subject)
      : source_(source), subject_(std::move(subject)) {}

  Status Fail(const Node& at, const std::string& message) const;
  // Checks that `node` is an object that has all of `required`, and nothing but these and `others`.
  Status CheckMembers(const Node& node, const std::string& path,
                      std::initializer_list<std::string_view> required,
                      std::initializer_list<std::string_view> others) const;

  Status Text(const Node& node, const std::string& path, std::string* out) const;
  Status Bool(const Node& node, const std::string& path, bool* out) const;
  Status Texts(const Node& node, const std::string& path, std::vector<std::string>* out) const;
  Status ExpectList(const Node& node, const std::string& path) const;
  Status ExpectObject(const Node& node, const std::string& path) const;
  // Reads a key: text, or a list of its parts.
  Status Key(const Node& node, const std::string& path, std::string* out) const;
  Status Keys(const Node& node, const std::string& path, std::vector<std::string>* out) const;
  // Returns the error "<path> must be <wanted>, not <what it is>".
  Status Mistyped(const Node& node, const std::string& path, std::string_view wanted) const;

 private:
  const std::string& source_;
  const std::string subject_;
};

}  // namespace diotima
