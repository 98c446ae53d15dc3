"""What is wrong about types. In: expressions whose parts are typed. Out: findings of the binder's.

Called while binding goes through an expression, when the types of its parts are known. A part of unknown type is never
wrong. What is refused here is what the service refuses: implicit conversions that it does make (a number where a wider
one is asked for, a dynamic value where text is) are none of it.
"""
