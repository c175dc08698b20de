#include <diotima/type.h>

#include <array>
#include <cctype>
#include <set>

namespace diotima {
namespace {

constexpr std::array<std::string_view, 13> kKindNames = {
    "absent", "null",      "bool", "int64", "uint64", "double", "string",
    "bytes",  "timestamp", "date", "list",  "map",    "struct"};
constexpr int kMaxDepth = 64;

bool NeedsQuotes(std::string_view name) {
  return name.empty() || name.find_first_of(",:<>\"") != std::string_view::npos ||
         std::isspace(static_cast<unsigned char>(name.front())) ||
         std::isspace(static_cast<unsigned char>(name.back()));
}

void AppendMemberName(std::string_view name, std::string* out) {
  if (!NeedsQuotes(name)) {
    out->append(name);
    return;
  }
  out->push_back('"');
  for (char c : name) {
    if (c == '"') out->push_back('"');
    out->push_back(c);
  }
  out->push_back('"');
}

void AppendType(const Type& type, std::string* out) {
  out->append(KindName(type.kind()));
  if (!type.nested()) return;
  out->push_back('<');
  if (type.kind() == Kind::kList) {
    AppendType(type.element(), out);
  } else if (type.kind() == Kind::kMap) {
    AppendType(type.key(), out);
    out->push_back(',');
    AppendType(type.value(), out);
  } else {
    bool first = true;
    for (const auto& member : type.members()) {
      if (!first) out->push_back(',');
      first = false;
      AppendMemberName(member.name, out);
      out->push_back(':');
      AppendType(member.type, out);
    }
  }
  out->push_back('>');
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Type> Run() {
    auto type = ParseType(0);
    if (!type.ok()) return type;
    SkipSpace();
    if (at_ != text_.size()) return Fail("nothing more");
    return type;
  }

 private:
  Result<Type> ParseType(int depth) {
    if (depth > kMaxDepth) return Fail("at most 64 levels");
    SkipSpace();
    size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0)) ++at_;
    std::string_view word = text_.substr(begin, at_ - begin);
    for (size_t i = static_cast<size_t>(Kind::kNull); i < kKindNames.size(); ++i) {
      if (kKindNames[i] == word) return ParseChildren(static_cast<Kind>(i), depth);
    }
    at_ = begin;
    return Fail(
        "one of bool, int64, uint64, double, string, bytes, timestamp, date, list<T>, map<K,V>, "
        "struct<name:T,…>");
  }

  Result<Type> ParseChildren(Kind kind, int depth) {
    if (kind < Kind::kList) return Type(kind);
    if (!Take('<')) return Fail("'<'");
    if (kind == Kind::kStruct) return ParseMembers(depth);
    auto first = ParseType(depth + 1);
    if (!first.ok()) return first;
    if (kind == Kind::kList) {
      if (!Take('>')) return Fail("'>'");
      return Type::List(*std::move(first));
    }
    if (!Take(',')) return Fail("','");
    auto second = ParseType(depth + 1);
    if (!second.ok()) return second;
    if (!Take('>')) return Fail("'>'");
    return Type::Map(*std::move(first), *std::move(second));
  }

  Result<Type> ParseMembers(int depth) {
    std::vector<Type::Member> members;
    std::set<std::string> names;
    if (Take('>')) return Type::Struct({});
    do {
      std::string name;
      const bool quoted = Peek('"');
      if (!ParseName(&name) || (name.empty() && !quoted)) return Fail("the name of a member");
      if (!names.insert(name).second) return Fail("members of different names");
      if (!Take(':')) return Fail("':'");
      auto type = ParseType(depth + 1);
      if (!type.ok()) return type;
      members.push_back({std::move(name), *std::move(type)});
    } while (Take(','));
    if (!Take('>')) return Fail("',' or '>'");
    return Type::Struct(std::move(members));
  }

  bool ParseName(std::string* name) {
    SkipSpace();
    if (at_ < text_.size() && text_[at_] == '"') {
      for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] != '"') {
          name->push_back(text_[at_]);
        } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          name->push_back(text_[at_++]);
        } else {
          ++at_;
          return true;
        }
      }
      return false;
    }
    size_t end = std::min(text_.find_first_of(",:<>\"", at_), text_.size());
    *name = text_.substr(at_, end - at_);
    while (!name->empty() && std::isspace(static_cast<unsigned char>(name->back())))
      name->pop_back();
    at_ = end;
    return true;
  }

  void SkipSpace() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool Peek(char c) {
    SkipSpace();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool Take(char c) {
    if (!Peek(c)) return false;
    ++at_;
    return true;
  }
  Status Fail(const std::string& expected) const {
    return Status::InvalidArgument("type '" + std::string(text_) + "': expected " + expected +
                                   " at character " + std::to_string(at_ + 1));
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::string_view KindName(Kind kind) { return kKindNames[static_cast<size_t>(kind)]; }

Type Type::List(Type element) {
  Type type(Kind::kList);
  type.members_ =
      std::make_shared<const std::vector<Member>>(std::vector<Member>{{"", std::move(element)}});
  return type;
}

Type Type::Map(Type key, Type value) {
  Type type(Kind::kMap);
  type.members_ = std::make_shared<const std::vector<Member>>(
      std::vector<Member>{{"", std::move(key)}, {"", std::move(value)}});
  return type;
}

Type Type::Struct(std::vector<Member> members) {
  Type type(Kind::kStruct);
  type.members_ = std::make_shared<const std::vector<Member>>(std::move(members));
  return type;
}

Result<Type> Type::Parse(std::string_view text) { return Parser(text).Run(); }

bool Type::has_null() const {
  if (!members_) return kind_ == Kind::kNull;
  for (const Member& member : *members_) {
    if (member.type.has_null()) return true;
  }
  return false;
}

const Type& Type::element() const {
  assert(kind_ == Kind::kList);
  return members_->front().type;
}
const Type& Type::key() const {
  assert(kind_ == Kind::kMap);
  return members_->front().type;
}
const Type& Type::value() const {
  assert(kind_ == Kind::kMap);
  return members_->back().type;
}
const std::vector<Type::Member>& Type::members() const {
  assert(kind_ == Kind::kStruct);
  return *members_;
}

std::string Type::ToString() const {
  std::string out;
  AppendType(*this, &out);
  return out;
}

bool Type::operator==(const Type& other) const {
  if (kind_ != other.kind_) return false;
  if (members_ == other.members_) return true;
  if (!members_ || !other.members_ || members_->size() != other.members_->size()) return false;
  for (size_t i = 0; i < members_->size(); ++i) {
    const Member& a = (*members_)[i];
    const Member& b = (*other.members_)[i];
    if (a.name != b.name || !(a.type == b.type)) return false;
  }
  return true;
}

}  // namespace diotima
