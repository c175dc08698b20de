// Golden vectors for the tests of graph.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace diotima {

inline nlohmann::ordered_json ReadGolden(const std::string& name) {
  std::ifstream file(std::string(DIOTIMA_GOLDEN) + "/" + name);
  return nlohmann::ordered_json::parse(file);
}

}  // namespace diotima
