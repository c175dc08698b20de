#include <diotima/status.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "graph/spec/document.h"

namespace diotima {
namespace {

// Where the lexer is: nlohmann's events carry no position. `line` does not count a newline that was
// read last, so it is right for numbers too, which are read one byte too far.
struct Position {
  int line = 1;
  int column = 0;
  char last = 0;

  void Read(char c) {
    if (last == '\n') {
      ++line;
      column = 0;
    }
    ++column;
    last = c;
  }
};

class TrackingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  TrackingIterator(const char* at, Position* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  TrackingIterator& operator++() {
    position_->Read(*at_++);
    return *this;
  }
  TrackingIterator operator++(int) {
    TrackingIterator old = *this;
    ++*this;
    return old;
  }
  bool operator==(const TrackingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const TrackingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  Position* position_;
};

// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error …": what comes
// after the position, which the message has already.
std::string Reason(std::string what) {
  size_t start = what.find("] ");
  if (start != std::string::npos) what.erase(0, start + 2);
  start = what.find(": ");
  if (what.starts_with("parse error at") && start != std::string::npos) what.erase(0, start + 2);
  return what;
}

class Builder {
 public:
  using Json = nlohmann::json;

  Builder(const std::string& source, const Position* position, int max_depth)
      : source_(source), position_(position), max_depth_(max_depth) {}

  bool null() { return Add(Node()); }
  bool boolean(bool value) { return Add(Node::Bool(value)); }
  bool number_integer(int64_t value) { return AddNumber(std::to_string(value)); }
  bool number_unsigned(uint64_t value) { return AddNumber(std::to_string(value)); }
  bool number_float(double value, const std::string& raw) {
    // An integer beyond 64 bits arrives here, with its digits.
    if (raw.find_first_of(".eE") == std::string::npos) return AddNumber(raw);
    return Add(Node::Text(Node::Kind::kFloat, PythonFloat(value)));
  }
  bool string(std::string& value) { return Add(Node::String(value)); }
  bool binary(Json::binary_t&) { return false; }

  bool start_object(size_t) { return Open(Node::Object()); }
  bool start_array(size_t) { return Open(Node::List()); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }
  bool key(std::string& name) {
    if (!open_.back().keys.insert(name).second) {
      return Fail("the key " + JsonString(name) + " occurs twice in one object");
    }
    open_.back().key = name;
    return true;
  }
  bool parse_error(size_t, const std::string&, const Json::exception& error) {
    return Fail(Reason(error.what()));
  }

  Status Take(Node* root) {
    if (status_.ok()) *root = std::move(root_);
    return status_;
  }

 private:
  struct Level {
    Node node;
    std::string key;  // of the member that comes next
    std::unordered_set<std::string> keys;
  };

  bool AddNumber(std::string digits) {
    if (digits == "-0") digits = "0";
    return Add(Node::Text(Node::Kind::kInteger, digits));
  }

  bool Add(Node node) {
    if (node.line == 0) node.line = position_->line;
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (Level& level = open_.back(); level.node.kind == Node::Kind::kList) {
      level.node.items.push_back(std::move(node));
    } else {
      level.node.members.emplace_back(std::move(level.key), std::move(node));
    }
    return true;
  }

  bool Open(Node node) {
    if (static_cast<int>(open_.size()) >= max_depth_) {
      return Fail("nested deeper than " + std::to_string(max_depth_) + " levels");
    }
    node.line = position_->line;
    open_.push_back({.node = std::move(node)});
    return true;
  }

  bool Close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    return Add(std::move(node));
  }

  bool Fail(const std::string& reason) {
    std::string place = source_.empty() ? "line " : source_ + ":";
    place += std::to_string(position_->line) + ":" +
             std::to_string(std::max(position_->column, 1)) + ": ";
    status_ = Status::InvalidArgument(place + reason);
    return false;
  }

  const std::string& source_;
  const Position* const position_;
  const int max_depth_;
  std::vector<Level> open_;
  Node root_;
  Status status_;
};

}  // namespace

Result<Node> ParseJson(std::string_view text, const std::string& source, int max_depth) {
  Position position;
  Builder builder(source, &position, max_depth);
  TrackingIterator first(text.data(), &position);
  TrackingIterator last(text.data() + text.size(), &position);
  nlohmann::json::sax_parse(first, last, &builder);
  Node root;
  Status status = builder.Take(&root);
  if (!status.ok()) return status;
  return root;
}

}  // namespace diotima
