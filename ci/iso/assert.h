#undef assert
#ifdef NDEBUG
#    define assert(condition) ((void)0)
#else
_Noreturn void
sprog_iso_assert_failed(void);
#    define assert(condition)                                                  \
        ((condition) ? (void)0 : sprog_iso_assert_failed())
#endif
