# racefill_options: what every target of ours is built with.

add_library(racefill_options INTERFACE)
target_include_directories(racefill_options INTERFACE ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_options(
  racefill_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Werror)
# Between the files of a joint unit names may well be alike.
if(NOT RACEFILL_JOINT)
  target_compile_options(racefill_options INTERFACE -Wshadow)
endif()
# g++ sees overlap and overflow in `"text" + std::string` where there is none
# (PR 105329, 105651); clang++ keeps watch over these.
target_compile_options(
  racefill_options
  INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overflow
            -Wno-array-bounds>)
# An unregistered message type must not compile.
target_compile_definitions(
  racefill_options INTERFACE CAF_ENABLE_TYPE_ID_CHECKS
                             RACEFILL_VERSION="${PROJECT_VERSION}")
target_link_libraries(racefill_options INTERFACE Threads::Threads)

# Links in a third of the time, and finds what nobody calls.
find_program(RACEFILL_LINKER NAMES ld.mold ld.lld)
if(RACEFILL_LINKER MATCHES "mold")
  target_link_options(racefill_options INTERFACE -fuse-ld=mold)
elseif(RACEFILL_LINKER MATCHES "lld")
  target_link_options(racefill_options INTERFACE -fuse-ld=lld)
endif()

if(RACEFILL_SANITIZE)
  string(REPLACE ";" "," _sanitizers "${RACEFILL_SANITIZE}")
  target_compile_options(
    racefill_options INTERFACE -fsanitize=${_sanitizers} -g1
                               -fno-omit-frame-pointer)
  # g++ under a sanitizer takes CAF's optionals and the library's regular
  # expressions for unset. The plain build keeps watch.
  target_compile_options(
    racefill_options
    INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(racefill_options INTERFACE -fsanitize=${_sanitizers})
endif()

if(RACEFILL_FUZZ)
  # Coverage for every source; the targets add the fuzzer's main.
  target_compile_options(
    racefill_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined
                               -fno-sanitize-recover=undefined)
  target_link_options(racefill_options INTERFACE -fsanitize=address,undefined)
endif()
