// Makes a directory that appears complete or not at all.
#pragma once

#include <diotima/status.h>

#include <string>

namespace diotima {

// Fills a directory beside `path`, and renames it at the end. Without Finish() it is removed.
class NewDirectory {
 public:
  // At `path` there must be nothing or an empty directory, else kInvalidArgument. Creates its
  // parents. `purpose` is part of the temporary name.
  static Result<NewDirectory> Begin(const std::string& path, const std::string& purpose);
  NewDirectory(NewDirectory&& other) noexcept;
  NewDirectory& operator=(NewDirectory&&) = delete;
  ~NewDirectory();

  // Returns the absolute path where to make the directory. Its parent exists and is private.
  std::string contents() const { return temporary_ + "/store"; }
  const std::string& parent() const { return temporary_; }
  // Moves the contents to `path`, and syncs them.
  Status Finish();

 private:
  NewDirectory() = default;

  std::string path_;
  std::string temporary_;
};

}  // namespace diotima
