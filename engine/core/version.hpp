// The version of this house: what traces say they were made by.
#pragma once

#include <string_view>

namespace stampede::engine {

/// `0.2.0`.
std::string_view version();

}  // namespace stampede::engine
