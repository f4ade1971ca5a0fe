# Compiler settings every target of ours inherits, and nothing else does.
option(UNDERSTUDY_WERROR "Treat warnings as errors" ON)
set(UNDERSTUDY_SANITIZE "" CACHE STRING "Sanitizers to build with: address, or thread,undefined")
option(UNDERSTUDY_COVERAGE "Instrument for gcov" OFF)

add_library(project_options INTERFACE)
target_compile_features(project_options INTERFACE cxx_std_20)
target_include_directories(project_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(project_options INTERFACE
    BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_SEPARATE_COMPILATION
    BOOST_BEAST_SEPARATE_COMPILATION
    $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
target_compile_options(project_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wformat=2 -Wundef -Wswitch-enum
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond;-Wduplicated-branches;-Wlogical-op>
    # These come from g++ 12's optimiser, and are wrong about coroutine frames and inlined library code
    #; the sanitizers watch for the real thing.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete;-Wno-array-bounds;-Wno-stringop-overflow>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overread;-Wno-restrict;-Wno-maybe-uninitialized>
    # std::stable_sort of libstdc++ 12 uses what it deprecates itself.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
    $<$<BOOL:${UNDERSTUDY_WERROR}>:-Werror>)

if(UNDERSTUDY_SANITIZE)
    target_compile_options(project_options INTERFACE
        -fsanitize=${UNDERSTUDY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(project_options INTERFACE -fsanitize=${UNDERSTUDY_SANITIZE})
    if(UNDERSTUDY_SANITIZE MATCHES "thread")
        # To look at a type it asks the kernel through pipes, and the thread sanitizer takes those for a race.
        target_compile_options(project_options INTERFACE -fno-sanitize=vptr)
    endif()
else()
    # Hardening of what is shipped; fortification needs optimisation and no sanitizer.
    target_compile_options(project_options INTERFACE
        -fstack-protector-strong $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3>)
    target_link_options(project_options INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()

if(UNDERSTUDY_COVERAGE)
    target_compile_options(project_options INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(project_options INTERFACE --coverage)
endif()
