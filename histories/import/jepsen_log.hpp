// Jepsen's text logs, and its history.txt: one event a line, in the order in which they happened.
#pragma once

#include "histories/import/jepsen_events.hpp"

namespace stampede::histories {

/// Remarks what it leaves out.
void read_jepsen_log(InputText& input, JepsenEvents& events, ImportedHistory& imported);

}  // namespace stampede::histories
