// A directory that appears wholly or not at all.
#pragma once

#include <diotima/status.h>

#include <string>

namespace diotima {

// Made in another one beside `path`, and moved in the end. Without Finish() all of it is removed.
class NewDirectory {
 public:
  // At `path` there must be nothing or an empty directory (kInvalidArgument); directories above are
  // created. `purpose` is part of the name meanwhile.
  static Result<NewDirectory> Begin(const std::string& path, const std::string& purpose);
  NewDirectory(NewDirectory&& other) noexcept;
  NewDirectory& operator=(NewDirectory&&) = delete;
  ~NewDirectory();

  // Where to make it. Absolute; its parent exists, for its owner alone.
  std::string contents() const { return temporary_ + "/store"; }
  const std::string& parent() const { return temporary_; }
  // The contents are at `path` now, on the disk too.
  Status Finish();

 private:
  NewDirectory() = default;

  std::string path_;
  std::string temporary_;
};

}  // namespace diotima
