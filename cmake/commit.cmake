# Writes to TO, a source file, of which commit the sources in FROM are. It runs with every build; what did not change keeps its time.
set(commit "")
find_program(GIT git)
if(GIT)
  # A prefix: somebody else's repository, of which this is a folder.
  execute_process(COMMAND ${GIT} -C ${FROM} rev-parse --show-prefix OUTPUT_VARIABLE prefix RESULT_VARIABLE failed ERROR_QUIET
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed AND prefix STREQUAL "")
    execute_process(COMMAND ${GIT} --no-optional-locks -C ${FROM} describe --always --exclude=* --abbrev=12 --dirty=+
                    OUTPUT_VARIABLE commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
endif()
if(NOT commit MATCHES "^[0-9a-f]+[+]?$")
  set(commit unknown)
endif()
set(text "namespace stampede::engine {\nextern const char* const commit_of_build;\nconst char* const commit_of_build = \"${commit}\";\n}\n")
set(before "")
if(EXISTS ${TO})
  file(READ ${TO} before)
endif()
if(NOT text STREQUAL before)
  file(WRITE ${TO} "${text}")
endif()
