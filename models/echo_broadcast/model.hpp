#pragma once

#include "engine/world/model.hpp"

namespace stampede::models::echo_broadcast {
const engine::Model& model();
}
namespace stampede::models::signed_echo {
const engine::Model& model();
}
