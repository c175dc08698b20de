// Tells readers whether the set of files of a database has changed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace diotima {

// Differs after every change of the set of files: the manifest grows, or a new one is begun.
struct ManifestState {
  std::string name;
  uint64_t size = 0;

  bool operator==(const ManifestState&) const = default;

  // Reads the state of the database at `path`.
  static ManifestState Of(const std::string& path) {
    ManifestState state;
    std::ifstream current(path + "/CURRENT");
    std::getline(current, state.name);
    std::error_code error;
    state.size = std::filesystem::file_size(path + "/" + state.name, error);
    return state;
  }
};

}  // namespace diotima
