/*
 * What a declaration needs and that is not C: visibility, linkage, and the
 * attribute that makes a compiler complain when a result is ignored.
 *
 * Define SPROG_STATIC when you link the static library on Windows; the CMake
 * target sprog::sprog and the pkg-config file do it for you.
 */
#ifndef SPROG_EXPORT_H
#define SPROG_EXPORT_H

#if defined(SPROG_STATIC)
#    define SPROG_API
#elif defined(_WIN32)
#    if defined(SPROG_BUILDING)
#        define SPROG_API __declspec(dllexport)
#    else
#        define SPROG_API __declspec(dllimport)
#    endif
#elif defined(__GNUC__)
#    define SPROG_API __attribute__((visibility("default")))
#else
#    define SPROG_API
#endif

#if defined(__GNUC__)
#    define SPROG_MUST_CHECK __attribute__((warn_unused_result))
#else
#    define SPROG_MUST_CHECK
#endif

#if defined(__cplusplus)
#    define SPROG_BEGIN_DECLS extern "C" {
#    define SPROG_END_DECLS   }
#else
#    define SPROG_BEGIN_DECLS
#    define SPROG_END_DECLS
#endif

#endif
