#include "engine/core/version.hpp"

namespace stampede::engine {

// Compiled into this file only: another version recompiles nothing else.
std::string_view version() { return STAMPEDE_VERSION; }

}  // namespace stampede::engine
