// A file system whose new files only their owner can read.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>
#include <string>

namespace diotima {

// New files get the mode 0600 and new directories 0700, whatever the umask. A file system without
// modes is left as it is. Use it in directories of that mode, because a file gets its mode just
// after its creation.
std::shared_ptr<rocksdb::FileSystem> WithPrivateFiles(
    const std::shared_ptr<rocksdb::FileSystem>& target);

}  // namespace diotima
