# Every test, fuzz target and bench. The top-level CMakeLists.txt includes it, and
# all paths start from there.

enable_testing()
include(GoogleTest)

# -- messages ------------------------------------------------------------------

add_executable(messages_test tests/messages/date_test.cpp)
target_link_libraries(messages_test PRIVATE racefill_messages GTest::gtest_main)
gtest_discover_tests(messages_test PROPERTIES LABELS fast)

add_executable(roundtrip_test tests/messages/roundtrip_test.cpp)
target_link_libraries(roundtrip_test PRIVATE racefill_messages GTest::gtest_main)
target_precompile_headers(roundtrip_test PRIVATE ${RACEFILL_ACTOR_HEADERS})
gtest_discover_tests(roundtrip_test PROPERTIES LABELS fast)

# -- infra/pure ----------------------------------------------------------------

add_executable(
  pure_test
  tests/infra/pure/data_guard_test.cpp
  tests/infra/pure/eta_test.cpp
  tests/infra/pure/gate_property_test.cpp
  tests/infra/pure/gate_test.cpp
  tests/infra/pure/instant_test.cpp
  tests/infra/pure/parts_test.cpp
  tests/infra/pure/slot_book_test.cpp
  tests/infra/pure/verify_gate_test.cpp)
target_link_libraries(pure_test PRIVATE racefill_pure GTest::gtest_main)
gtest_discover_tests(pure_test PROPERTIES LABELS fast)

# -- infra/racing_api ----------------------------------------------------------
add_executable(
  racing_api_test
  tests/infra/racing_api/contract_test.cpp
  tests/infra/racing_api/field_parsers_test.cpp
  tests/infra/racing_api/hostile_test.cpp
  tests/infra/racing_api/json_text_test.cpp
  tests/infra/racing_api/merge_test.cpp
  tests/infra/racing_api/oddities_test.cpp
  tests/infra/racing_api/pages_test.cpp
  tests/infra/racing_api/profile_test.cpp
  tests/infra/racing_api/requests_test.cpp
  tests/infra/racing_api/samples_test.cpp
  tests/infra/racing_api/text_test.cpp)
target_compile_definitions(
  racing_api_test PRIVATE RACEFILL_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
# g++ 12 sees overlaps in "literal" + std::string that are not there (PR 105651).
target_compile_options(
  racing_api_test PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
target_link_libraries(racing_api_test PRIVATE racefill_racing_api
                                              GTest::gtest_main)
gtest_discover_tests(racing_api_test PROPERTIES LABELS fast)

# What tests/bench/gate.sh, relay.sh and delayer.sh measure beside and through.
add_executable(gate_naive EXCLUDE_FROM_ALL tests/bench/gate_naive.cpp)
target_link_libraries(gate_naive PRIVATE racefill_http)
add_executable(relay EXCLUDE_FROM_ALL tests/bench/relay.cpp)
target_link_libraries(relay PRIVATE racefill_options)
add_executable(delayer EXCLUDE_FROM_ALL tests/bench/delayer.cpp)
target_link_libraries(delayer PRIVATE racefill_options)
add_custom_target(gate_bench DEPENDS racefill gate_naive relay delayer)

option(RACEFILL_FUZZ "Build the libFuzzer targets (clang++ only)" OFF)
if(RACEFILL_FUZZ)
  # The decoder's own sources are built in, so that the fuzzer sees their edges.
  get_target_property(_decoder_sources racefill_racing_api SOURCES)
  foreach(_target fuzz_racecards fuzz_horse)
    add_executable(${_target} tests/fuzz/${_target}.cpp ${_decoder_sources})
    target_compile_options(
      ${_target} PRIVATE -fsanitize=fuzzer,address,undefined
                         -fno-sanitize-recover=undefined -g1)
    target_link_options(${_target} PRIVATE
                        -fsanitize=fuzzer,address,undefined)
    target_link_libraries(${_target} PRIVATE racefill_messages
                                             simdjson::simdjson)
  endforeach()
endif()

# -- infra/http ----------------------------------------------------------------
add_executable(
  http_test
  tests/infra/http/base_url_test.cpp
  tests/infra/http/resolver_test.cpp
  tests/infra/http/response_test.cpp
  tests/infra/http/script_server.cpp
  tests/infra/http/tls_test.cpp
  tests/infra/http/transport_faults_test.cpp
  tests/infra/http/transport_test.cpp)
target_link_libraries(
  http_test PRIVATE racefill_http OpenSSL::SSL ZLIB::ZLIB GTest::gtest_main)
gtest_discover_tests(http_test PROPERTIES LABELS fast)

# -- infra/store ---------------------------------------------------------------
add_library(racefill_test_postgres STATIC
            tests/infra/store/postgres_cluster.cpp)
target_link_libraries(racefill_test_postgres PUBLIC racefill_options)

add_executable(
  store_test
  tests/infra/sql/connection_test.cpp
  tests/infra/store/database_url_test.cpp
  tests/infra/store/full_size_test.cpp
  tests/infra/store/lease_test.cpp
  tests/infra/store/merge_property_test.cpp
  tests/infra/store/migrate_test.cpp
  tests/infra/store/old_job.cpp
  tests/infra/store/odd_values_test.cpp
  tests/infra/sql/postgres_limits_test.cpp
  tests/infra/sql/sql_error_test.cpp
  tests/infra/store/store_test.cpp
  tests/infra/store/writers_test.cpp)
target_link_libraries(
  store_test PRIVATE racefill_store racefill_test_postgres GTest::gtest_main)
target_compile_definitions(
  store_test PRIVATE RACEFILL_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
gtest_discover_tests(store_test TEST_FILTER "-*postgres*:*pooler*"
                     PROPERTIES LABELS fast)
# One process, so that one cluster serves them all.
add_test(NAME store_test_on_postgres
         COMMAND store_test "--gtest_filter=*postgres*:*pooler*")
set_tests_properties(store_test_on_postgres PROPERTIES LABELS integration
                                                       TIMEOUT 300)

# -- infra/files ---------------------------------------------------------------
add_executable(
  files_test
  tests/infra/files/array_scan_test.cpp
  tests/infra/files/checkpoint_file_test.cpp
  tests/infra/files/error_file_test.cpp
  tests/infra/files/gate_log_file_test.cpp
  tests/infra/files/local_state_files_test.cpp)
target_link_libraries(
  files_test PRIVATE racefill_files racefill_pure simdjson::simdjson
                     GTest::gtest_main)
gtest_discover_tests(files_test PROPERTIES LABELS fast)

option(RACEFILL_FUZZ "Build the fuzz targets, with clang" OFF)
if(RACEFILL_FUZZ)
  add_executable(fuzz_checkpoint tests/fuzz/fuzz_checkpoint.cpp)
  target_compile_options(racefill_files PRIVATE -fsanitize=fuzzer-no-link)
  target_link_libraries(fuzz_checkpoint PRIVATE racefill_files)
  target_link_options(fuzz_checkpoint PRIVATE -fsanitize=fuzzer)
endif()

# -- infra/log -----------------------------------------------------------------

add_executable(log_test tests/infra/log/log_test.cpp
                        tests/infra/log/log_text_test.cpp)
target_link_libraries(log_test PRIVATE racefill_log GTest::gmock_main)
gtest_discover_tests(log_test PROPERTIES LABELS fast)

# -- app/config ----------------------------------------------------------------

add_executable(
  config_test
  tests/app/cli/cli_test.cpp
  tests/app/config/conf_file_test.cpp
  tests/app/config/config_test.cpp
  tests/app/config/credentials_test.cpp
  tests/app/config/database_url_test.cpp
  tests/app/config/manual_test.cpp
  tests/app/config/nearest_test.cpp)
target_link_libraries(config_test PRIVATE racefill_config racefill_manual_pages
                                          GTest::gmock_main)
target_compile_definitions(
  config_test PRIVATE RACEFILL_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
gtest_discover_tests(config_test PROPERTIES LABELS fast)
racefill_add_fuzz(fuzz_config racefill_config)

add_test(NAME folder_rules
         COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/tests/check_includes.sh")
set_tests_properties(folder_rules PROPERTIES LABELS fast)

# -- infra/reports -------------------------------------------------------------
add_executable(reports_test tests/infra/facts/checks_test.cpp
                            tests/infra/facts/plan_summary_test.cpp)
target_link_libraries(reports_test PRIVATE racefill_reports
                                           racefill_test_postgres
                                           GTest::gtest_main)
gtest_discover_tests(reports_test TEST_FILTER "-*postgres*"
                     PROPERTIES LABELS fast)
gtest_discover_tests(reports_test TEST_FILTER "*postgres*"
                     PROPERTIES LABELS integration)

# -- app/reports ---------------------------------------------------------------
add_executable(snapshot_test tests/app/print/snapshot_json_test.cpp)
target_link_libraries(snapshot_test PRIVATE racefill_report_commands
                                            simdjson::simdjson GTest::gtest_main)
gtest_discover_tests(snapshot_test PROPERTIES LABELS fast)

# -- app/web -------------------------------------------------------------------
add_executable(
  web_test
  tests/app/web/metrics_text_test.cpp
  tests/app/web/page_answer_test.cpp
  tests/app/web/page_board_test.cpp
  tests/app/web/page_poller_test.cpp
  tests/app/web/page_server_test.cpp)
target_link_libraries(web_test PRIVATE racefill_web Poco::Foundation Poco::Net
                                       simdjson::simdjson GTest::gtest_main)
# GCC 12 sees overlap in `"text" + std::string` where there is none (PR 105651).
target_compile_options(web_test
                       PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
gtest_discover_tests(web_test PROPERTIES LABELS fast)

# -- tools ---------------------------------------------------------------------
add_executable(fill_database tests/tools/fill_database.cpp)
target_compile_options(
  fill_database PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
target_link_libraries(
  fill_database PRIVATE racefill_store racefill_racing_api racefill_simulator)

# -- app/simulator -------------------------------------------------------------
add_executable(
  simulator_test
  tests/app/simulator/data_guard_world_test.cpp
  tests/app/simulator/fault_rules_test.cpp
  tests/app/simulator/fixtures_test.cpp
  tests/app/simulator/limit_test.cpp
  tests/app/simulator/server_faults_test.cpp
  tests/app/simulator/server_test.cpp
  tests/app/simulator/server_tls_test.cpp
  tests/app/simulator/options_test.cpp
  tests/app/simulator/stamped_socket_test.cpp
  tests/app/simulator/truth_test.cpp
  tests/app/simulator/world_test.cpp)
target_compile_definitions(
  simulator_test PRIVATE RACEFILL_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
target_link_libraries(
  simulator_test PRIVATE racefill_simulator racefill_racing_api racefill_pure
                         GTest::gtest_main)
gtest_discover_tests(simulator_test PROPERTIES LABELS fast)

# -- actors --------------------------------------------------------------------

add_executable(
  actors_test
  tests/actors/checkpoint_test.cpp
  tests/actors/data_guard_test.cpp
  tests/actors/date_scheduler_test.cpp
  tests/actors/db_writer_test.cpp
  tests/actors/edges_test.cpp
  tests/actors/enricher_test.cpp
  tests/actors/enrichment_queue_test.cpp
  tests/actors/extractor_test.cpp
  tests/actors/front_desk_test.cpp
  tests/actors/gatekeeper_limits_test.cpp
  tests/actors/gatekeeper_order_test.cpp
  tests/actors/gatekeeper_outage_test.cpp
  tests/actors/gatekeeper_refusals_test.cpp
  tests/actors/gatekeeper_test.cpp
  tests/actors/horse_cache_test.cpp
  tests/actors/metrics_reporter_test.cpp
  tests/actors/racecard_fetcher_test.cpp
  tests/actors/reference_fetcher_test.cpp
  tests/actors/service_control_test.cpp
  tests/actors/service_desk_test.cpp
  tests/actors/supervisor_test.cpp)
target_link_libraries(actors_test PRIVATE racefill_actors GTest::gtest_main)
# Much to compile, little to run.
target_compile_options(actors_test PRIVATE -O0)
target_precompile_headers(actors_test PRIVATE ${RACEFILL_ACTOR_HEADERS}
                          <gtest/gtest.h>)
gtest_discover_tests(actors_test PROPERTIES LABELS fast)

# -- the remote monitor --------------------------------------------------------
add_executable(
  monitor_test
  tests/actors/remote_gateway_test.cpp
  tests/app/monitor/monitor_client_test.cpp
  tests/app/monitor/monitor_panels_test.cpp
  tests/infra/link/frame_guard_test.cpp
  tests/infra/link/identity_test.cpp
  tests/infra/link/link_gate_test.cpp)
target_link_libraries(monitor_test PRIVATE racefill_monitor CAF::io
                                           GTest::gmock_main)
target_compile_options(monitor_test PRIVATE -O0)
target_precompile_headers(monitor_test PRIVATE ${RACEFILL_ACTOR_HEADERS}
                          <gtest/gtest.h>)
gtest_discover_tests(monitor_test PROPERTIES LABELS fast)

# -- app/service ---------------------------------------------------------------

add_executable(
  service_test
  tests/infra/machine/account_seat_test.cpp
  tests/app/process/event_test.cpp
  tests/app/config/live_settings_test.cpp
  tests/app/rounds/reload_test.cpp
  tests/app/rounds/round_pace_test.cpp
  tests/app/process/systemd_notify_test.cpp)
target_link_libraries(service_test PRIVATE racefill_app GTest::gtest_main)
gtest_discover_tests(service_test PROPERTIES LABELS fast)

# -- flow ----------------------------------------------------------------------

add_executable(flow_test tests/flow/flow_test.cpp
                         tests/flow/supervision_test.cpp)
add_executable(simulate_faults tests/flow/simulate_faults.cpp)
# A sanitizer makes each seed some thirty times slower.
set(_flow_seeds 300)
if(RACEFILL_SANITIZE)
  set(_flow_seeds 40)
endif()
target_compile_definitions(flow_test PRIVATE RACEFILL_FLOW_SEEDS=${_flow_seeds})
foreach(_target flow_test simulate_faults)
  target_compile_options(${_target} PRIVATE -O1)
  target_link_libraries(${_target} PRIVATE racefill_actors GTest::gtest_main)
  target_precompile_headers(${_target} PRIVATE ${RACEFILL_ACTOR_HEADERS}
                            <gtest/gtest.h>)
endforeach()
gtest_discover_tests(flow_test TEST_FILTER "-*full_plan*"
                     PROPERTIES LABELS fast TIMEOUT 300)
add_test(NAME flow_of_the_full_plan
         COMMAND flow_test "--gtest_filter=*full_plan*")
# Eleven years under a sanitizer take many minutes and show nothing new.
if(RACEFILL_SANITIZE)
  set(_flow_label slow)
else()
  set(_flow_label fast)
endif()
set_tests_properties(flow_of_the_full_plan PROPERTIES LABELS ${_flow_label}
                                                      TIMEOUT 600)

# -- bench ---------------------------------------------------------------------

add_executable(bench_pipeline tests/bench/bench_pipeline.cpp)
target_precompile_headers(bench_pipeline PRIVATE ${RACEFILL_ACTOR_HEADERS})
target_link_libraries(bench_pipeline PRIVATE racefill_app)

add_executable(bench_writer tests/bench/bench_writer.cpp)
target_link_libraries(bench_writer PRIVATE racefill_store PostgreSQL::client)

add_executable(bench_decode tests/bench/bench_decode.cpp)
target_link_libraries(bench_decode PRIVATE racefill_racing_api Poco::JSON
                                           simdjson::simdjson
                                           benchmark::benchmark)

# -- integration (real processes, real databases) ------------------------------

add_executable(compare_truth tests/integration/compare_truth.cpp)
target_link_libraries(compare_truth PRIVATE racefill_store simdjson::simdjson)

add_executable(notify_listener tests/integration/notify_listener.cpp)
target_link_libraries(notify_listener PRIVATE racefill_options)

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
add_executable(old_job tests/infra/store/old_job.cpp
                       tests/infra/store/old_job_main.cpp)
target_include_directories(old_job PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
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
