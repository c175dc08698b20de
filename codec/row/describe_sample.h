// Prints keys for messages.
#pragma once

#include <string>
#include <string_view>

#include "codec/row/layout.h"

namespace diotima {

std::string Hex(std::string_view bytes);

// Returns the values of an id tuple: `video_id='v1', part=3`.
std::string DescribeSample(const RowLayout& layout, std::string_view sample);

}  // namespace diotima
