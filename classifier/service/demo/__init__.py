"""Demonstration data: written example enterprises, products and claims, none of them real."""
