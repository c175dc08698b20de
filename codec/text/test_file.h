// A file of given text, for tests of readers.
#pragma once

#include <diotima/text.h>

#include <cstdio>

namespace diotima {

class TextFile {
 public:
  explicit TextFile(std::string_view text) : file_(std::tmpfile()) {
    std::fwrite(text.data(), 1, text.size(), file_);
    std::rewind(file_);
  }
  ~TextFile() { std::fclose(file_); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  std::FILE* get() { return file_; }

 private:
  std::FILE* file_;
};

// The types of some columns, as Type::Parse takes them.
inline ColumnTypes TypesOf(std::vector<std::pair<std::string, std::string>> types) {
  return [types = std::move(types)](std::string_view column) -> std::optional<Type> {
    for (const auto& [name, type] : types) {
      if (name == column) return *Type::Parse(type);
    }
    return std::nullopt;
  };
}

}  // namespace diotima
