"""Routes behind which several services stand: who is asked (`asking`), how the parts become one (`joining`), and the
form of what is answered (`forms`). Every part is a request like any other. Knows nothing of what the parts say.
"""
