# Rooms (a folder, a library), tests and fuzz targets, each in one line.

# What every source of a kind includes anyway, compiled once.
set(RACEFILL_HEADERS_data
    <chrono>
    <map>
    <memory>
    <string>
    <vector>
    <caf/error.hpp>
    <caf/expected.hpp>
    <caf/optional.hpp>)
set(RACEFILL_HEADERS_actors
    <chrono>
    <deque>
    <functional>
    <map>
    <memory>
    <string>
    <vector>
    <caf/actor_system.hpp>
    <caf/actor_system_config.hpp>
    <caf/event_based_actor.hpp>
    <caf/scoped_actor.hpp>
    <caf/stateful_actor.hpp>
    <caf/typed_event_based_actor.hpp>
    <caf/typed_response_promise.hpp>
    "$<$<COMPILE_LANGUAGE:CXX>:${CMAKE_CURRENT_SOURCE_DIR}/messages/actors.hpp>")
set(RACEFILL_HEADERS_tests ${RACEFILL_HEADERS_actors} <gtest/gtest.h>
                           <gmock/gmock.h>)

function(racefill_link TARGET SCOPE)
  foreach(_link IN LISTS ARGN)
    # A room goes by its folder.
    string(REPLACE "/" "_" _name "${_link}")
    if(NOT TARGET ${_name})
      set(_name "${_link}")
    endif()
    target_link_libraries(${TARGET} ${SCOPE} ${_name})
  endforeach()
endfunction()

# racefill_room(FOLDER LINKS what it is built on USES libraries that its own
# sources alone see PRECOMPILE data|actors|none SINGLY)
# SINGLY: never as joint units, for its sources share names of their own.
function(racefill_room FOLDER)
  cmake_parse_arguments(PARSE_ARGV 1 _room "SINGLY" "PRECOMPILE" "LINKS;USES")
  string(REPLACE "/" "_" _name "${FOLDER}")
  file(GLOB _sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${FOLDER}/*.cpp")
  list(FILTER _sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(${_name} STATIC ${_sources})
  target_link_libraries(${_name} PUBLIC racefill_options)
  racefill_link(${_name} PUBLIC ${_room_LINKS})
  racefill_link(${_name} PRIVATE ${_room_USES})
  racefill_precompile(${_name} "${_room_PRECOMPILE}")
  if(NOT _room_SINGLY)
    racefill_join(${_name} 8)
  endif()
endfunction()

# The first target that wants a kind of headers compiles them; those that are
# built with the same options use its work.
function(racefill_precompile TARGET KIND)
  if(NOT KIND)
    return()
  endif()
  get_property(_owner GLOBAL PROPERTY racefill_headers_${KIND})
  if(_owner)
    target_precompile_headers(${TARGET} REUSE_FROM ${_owner})
  else()
    string(REGEX REPLACE "_O[0-9]$" "" _headers "${KIND}")
    target_precompile_headers(${TARGET} PRIVATE ${RACEFILL_HEADERS_${_headers}})
    set_property(GLOBAL PROPERTY racefill_headers_${KIND} ${TARGET})
  endif()
endfunction()

# A whole build takes up to COUNT sources as one: the headers are read and the
# templates compiled once for all. What is a name of one file's own may then meet
# another's, so who edits code builds singly, and so does the lint.
function(racefill_join TARGET COUNT)
  if(RACEFILL_JOINT)
    set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ON
                                               UNITY_BUILD_BATCH_SIZE ${COUNT})
    target_compile_options(
      ${TARGET} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
endfunction()

# racefill_test(NAME SOURCES … LINKS … PRECOMPILE tests DATABASE filter
# SKIP filter SINGLY OPTIMIZE):
# a program of GoogleTest. Its tests are `fast`, but for those that need a
# database server: all whose names match DATABASE run in one process, so that one
# server serves them all, and are `integration`.
function(racefill_test NAME)
  cmake_parse_arguments(PARSE_ARGV 1 _test "SINGLY;OPTIMIZE"
                        "PRECOMPILE;DATABASE;SKIP"
                        "SOURCES;LINKS")
  add_executable(${NAME} ${_test_SOURCES})
  racefill_link(${NAME} PRIVATE ${_test_LINKS} GTest::gmock_main)
  target_compile_definitions(
    ${NAME} PRIVATE RACEFILL_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
  # Much to compile, little to run. But simdjson's classes differ between -O0 and
  # the rest, and a program must not hold both.
  set(_level -O0)
  if(_test_OPTIMIZE OR "simdjson::simdjson" IN_LIST _test_LINKS)
    set(_level -O1)
  endif()
  target_compile_options(${NAME} PRIVATE ${_level})
  if(_test_PRECOMPILE)
    string(REPLACE "-" "_" _level "${_level}")
    racefill_precompile(${NAME} "${_test_PRECOMPILE}${_level}")
  endif()
  if(NOT _test_SINGLY)
    racefill_join(${NAME} 4)
  endif()
  string(JOIN ":" _left_out ${_test_DATABASE} ${_test_SKIP})
  if(_left_out)
    set(_filter TEST_FILTER "-${_left_out}")
  endif()
  gtest_discover_tests(${NAME} ${_filter} PROPERTIES LABELS fast TIMEOUT 300)
  if(_test_DATABASE)
    add_test(NAME ${NAME}_on_postgres COMMAND ${NAME}
                                              "--gtest_filter=${_test_DATABASE}")
    set_tests_properties(${NAME}_on_postgres PROPERTIES LABELS integration
                                                        TIMEOUT 300)
  endif()
endfunction()

# racefill_fuzz(NAME ROOM…): tests/fuzz/NAME.cpp and what it reads with.
function(racefill_fuzz NAME)
  if(RACEFILL_FUZZ)
    add_executable(${NAME} tests/fuzz/${NAME}.cpp)
    racefill_link(${NAME} PRIVATE ${ARGN})
    target_link_options(${NAME} PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()
