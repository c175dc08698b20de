// A file system whose new files are for their owner alone.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>
#include <string>

namespace diotima {

// New files get the mode 0600, new directories 0700, whatever the umask, which is the program's. A
// file system without modes is left as it is. To be used in directories of that mode: a file has
// the mode from just after its creation on.
std::shared_ptr<rocksdb::FileSystem> WithPrivateFiles(
    const std::shared_ptr<rocksdb::FileSystem>& target);

}  // namespace diotima
