# Every test, fuzz target and bench. The top-level CMakeLists.txt includes it, and
# all paths start from there.

racefill_fuzz(fuzz_racecards infra/racing_api)
racefill_fuzz(fuzz_horse infra/racing_api)
racefill_fuzz(fuzz_checkpoint infra/files)
racefill_fuzz(fuzz_config app/cli)
if(NOT RACEFILL_TESTS)
  return()
endif()

find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
enable_testing()
include(GoogleTest)

# -- the rooms, in the order of the tree ---------------------------------------

function(racefill_test_room NAME FOLDER)
  file(GLOB _sources CONFIGURE_DEPENDS
       "${CMAKE_CURRENT_SOURCE_DIR}/tests/${FOLDER}/*_test.cpp")
  racefill_test(${NAME} SOURCES ${_sources} ${ARGN})
endfunction()

racefill_test_room(messages_test messages LINKS messages PRECOMPILE tests)
racefill_test_room(pure_test infra/pure SINGLY LINKS infra/pure)
racefill_test_room(log_test infra/log LINKS infra/log)

# PostgreSQL servers of the tests' own.
add_library(racefill_test_postgres STATIC
            tests/infra/store/postgres_cluster.cpp)
target_link_libraries(racefill_test_postgres PUBLIC racefill_options)
racefill_test_room(
  sql_test infra/sql
  LINKS infra/sql infra/store racefill_test_postgres
  DATABASE "*postgres*:*pooler*")
racefill_test_room(
  store_test infra/store
  LINKS infra/store racefill_test_postgres
  DATABASE "*postgres*:*pooler*")
target_sources(store_test PRIVATE tests/infra/store/old_job.cpp)
racefill_test_room(
  facts_test infra/facts
  LINKS infra/facts racefill_test_postgres
  DATABASE "*postgres*")

racefill_test_room(http_test infra/http LINKS infra/http OpenSSL::SSL ZLIB::ZLIB)
target_sources(http_test PRIVATE tests/infra/http/script_server.cpp)
racefill_test_room(racing_api_test infra/racing_api LINKS infra/racing_api
                   simdjson::simdjson)
racefill_test_room(files_test infra/files LINKS infra/files simdjson::simdjson)
racefill_test_room(machine_test infra/machine LINKS infra/machine)
racefill_test_room(link_test infra/link LINKS infra/link)

racefill_test_room(actors_test actors LINKS actors app/monitor PRECOMPILE tests)

racefill_test_room(config_test app/config LINKS app/config app/manual)
racefill_test_room(cli_test app/cli LINKS app/cli)
racefill_test_room(print_test app/print LINKS app/print simdjson::simdjson)
racefill_test_room(process_test app/process LINKS app/process app/rounds)
racefill_test_room(rounds_test app/rounds LINKS app/rounds)
racefill_test_room(
  simulator_test app/simulator
  LINKS app/simulator app/commands infra/racing_api simdjson::simdjson)
racefill_test_room(
  web_test app/web LINKS app/web Poco::Foundation Poco::Net simdjson::simdjson)
racefill_test_room(
  monitor_test app/monitor LINKS app/monitor PRECOMPILE tests)

add_test(NAME folder_rules
         COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/tests/check_includes.sh")
set_tests_properties(folder_rules PROPERTIES LABELS fast)

# -- flow: the whole service under virtual time --------------------------------

racefill_test_room(flow_test flow OPTIMIZE LINKS actors PRECOMPILE tests SKIP
                   "*full_plan*")
add_executable(simulate_faults tests/flow/simulate_faults.cpp)
target_link_libraries(simulate_faults PRIVATE actors GTest::gmock)
target_compile_definitions(
  simulate_faults PRIVATE RACEFILL_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
# It runs long.
target_compile_options(simulate_faults PRIVATE -O1)
racefill_precompile(simulate_faults tests_O1)
# A sanitizer makes each seed some thirty times slower, and eleven years under it
# take many minutes and show nothing new.
set(_flow_seeds 300)
set(_flow_label fast)
if(RACEFILL_SANITIZE)
  set(_flow_seeds 40)
  set(_flow_label slow)
endif()
# Of this file alone: the precompiled header is others' too.
set_source_files_properties(
  tests/flow/flow_test.cpp PROPERTIES COMPILE_DEFINITIONS
                                      RACEFILL_FLOW_SEEDS=${_flow_seeds})
add_test(NAME flow_of_the_full_plan
         COMMAND flow_test "--gtest_filter=*full_plan*")
set_tests_properties(flow_of_the_full_plan PROPERTIES LABELS ${_flow_label}
                                                      TIMEOUT 600)

# -- bench and tools -----------------------------------------------------------

function(racefill_tool NAME SOURCE)
  add_executable(${NAME} ${SOURCE})
  racefill_link(${NAME} PRIVATE racefill_options ${ARGN})
endfunction()

racefill_tool(fill_database tests/tools/fill_database.cpp infra/store
              infra/racing_api app/simulator)
racefill_tool(bench_pipeline tests/bench/bench_pipeline.cpp app/rounds)
racefill_precompile(bench_pipeline actors)
racefill_tool(bench_writer tests/bench/bench_writer.cpp infra/store
              PostgreSQL::client)
racefill_tool(bench_decode tests/bench/bench_decode.cpp infra/racing_api
              Poco::JSON simdjson::simdjson benchmark::benchmark)
# What tests/bench/gate.sh, relay.sh and delayer.sh measure beside and through.
racefill_tool(gate_naive tests/bench/gate_naive.cpp infra/http)
racefill_tool(relay tests/bench/relay.cpp)
racefill_tool(delayer tests/bench/delayer.cpp)
set_target_properties(fill_database bench_pipeline bench_writer bench_decode
                      gate_naive relay delayer PROPERTIES EXCLUDE_FROM_ALL ON)
add_custom_target(benches DEPENDS racefill fill_database bench_pipeline
                                  bench_writer bench_decode gate_naive relay
                                  delayer)

# -- integration (real processes, real databases) ------------------------------

racefill_tool(compare_truth tests/integration/compare_truth.cpp infra/store
              simdjson::simdjson)
racefill_tool(notify_listener tests/integration/notify_listener.cpp)

# racefill_add_integration(NAME TIMEOUT [ARGUMENT...]): tests/integration/NAME.sh
function(racefill_add_integration NAME TIMEOUT)
  add_test(NAME ${NAME}
           COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/tests/integration/${NAME}.sh"
                   ${ARGN})
  set_tests_properties(
    ${NAME}
    PROPERTIES
      LABELS integration TIMEOUT ${TIMEOUT} SKIP_RETURN_CODE 77 ENVIRONMENT
      "RACEFILL=$<TARGET_FILE:racefill>;COMPARE_TRUTH=$<TARGET_FILE:compare_truth>")
endfunction()

racefill_add_integration(truth_test 180)
racefill_add_integration(serve_test 400)
racefill_add_integration(unit_test 60)
racefill_add_integration(resume_test 240)
racefill_add_integration(retry_test 240)
racefill_add_integration(verify_gate_test 240)
racefill_add_integration(fixtures_test 60)
racefill_add_integration(bad_input_test 240)
racefill_add_integration(fault_test 600)
racefill_add_integration(lease_test 300)
racefill_add_integration(data_guard_test 300)
racefill_add_integration(planted_faults_test 300)
racefill_add_integration(upkeep_test 300)
racefill_add_integration(postgres_test 300)
racefill_add_integration(monitor_test 600)
racefill_add_integration(monitor_abuse_test 600)
racefill_add_integration(monitor_screen_test 300)
racefill_add_integration(page_test 300)
racefill_add_integration(prometheus_test 300)
racefill_add_integration(watchers_test 300)
racefill_add_integration(postgres_fault_test 600)

# Preloaded into the real program, to make a child of it die again and again.
add_library(throw_at_connect MODULE tests/integration/throw_at_connect.cpp)
target_link_libraries(throw_at_connect PRIVATE ${CMAKE_DL_LIBS})
racefill_add_integration(host_fault_test 900)
set_property(
  TEST host_fault_test
  APPEND
  PROPERTY ENVIRONMENT "THROW_AT_CONNECT=$<TARGET_FILE:throw_at_connect>")
racefill_add_integration(postgres_tls_test 300)
# A database as the job before us left it.
racefill_tool(old_job tests/infra/store/old_job_main.cpp)
target_sources(old_job PRIVATE tests/infra/store/old_job.cpp)
racefill_add_integration(old_job_test 300)
set_property(TEST old_job_test APPEND PROPERTY ENVIRONMENT
                                               "OLD_JOB=$<TARGET_FILE:old_job>")
foreach(_db sqlite postgres)
  add_test(NAME crash_test_on_${_db}
           COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/tests/integration/crash.sh"
                   --kills 20 --db ${_db})
  set_tests_properties(
    crash_test_on_${_db}
    PROPERTIES
      LABELS integration TIMEOUT 900 ENVIRONMENT
      "RACEFILL=$<TARGET_FILE:racefill>;COMPARE_TRUTH=$<TARGET_FILE:compare_truth>")
endforeach()
