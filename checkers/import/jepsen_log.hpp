// Jepsen's text logs, and its history.txt: one event a line, in the order in which they happened.
#pragma once

#include "checkers/import/jepsen_events.hpp"

namespace stampede::checkers {

void read_jepsen_log(InputText& input, JepsenEvents& events);

}  // namespace stampede::checkers
