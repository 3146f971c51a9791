// Values as trees that follow edits (engine/core/edit.hpp), as the page's do
// (viewer/page/src/edits.ts).
#pragma once

#include "engine/core/document.hpp"

namespace stampede::engine {

/// Makes of `value` what the edit makes of it, in time linear in the edit and, where an array
/// changes, in what stands behind that place. REQUIRES: the edit was written for this value.
void apply_edit(Document& value, const Document& edit);

}  // namespace stampede::engine
